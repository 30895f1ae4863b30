using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>Makes the kernel forget a file's bytes, so that the next load reads them from the disk.</summary>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    /// <returns>Whether the kernel took the advice; it keeps pages that others have mapped.</returns>
    public static bool Forget(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);

        // Pages that are not on the disk yet are kept.
        RandomAccess.FlushToDisk(file);
        return Advise(file.DangerousGetHandle().ToInt32(), 0, 0, DontNeed) == 0;
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
