using System.Runtime.InteropServices;

namespace Platform.Artifact.Blobs;

/// <summary>Makes a rename survive a power cut: the folder itself has to reach the disk. .NET opens no folders, so this asks the kernel.</summary>
internal static partial class FolderFlush
{
    private const int ReadOnlyDirectory = 0x10000;

    public static void Flush(string folder)
    {
        int descriptor = Open(folder, ReadOnlyDirectory);
        if (descriptor < 0)
        {
            throw new IOException($"cannot open the folder {folder}: error {Marshal.GetLastPInvokeError()}");
        }

        int result = Fsync(descriptor);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"the folder {folder} could not be flushed to disk: error {error}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
