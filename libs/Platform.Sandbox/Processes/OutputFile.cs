using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Platform.Sandbox;

/// <summary>Opens what a sandboxed program left in its work folder: the program chose the names and made the files, so nothing about them is taken on trust.</summary>
public static partial class OutputFile
{
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int SeekEnd = 2;

    // The one flag whose number differs between the architectures.
    private static readonly int s_noFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>A regular file of at most <paramref name="largest"/> bytes; null when there is none of that kind.</summary>
    /// <param name="folder">The work folder.</param>
    /// <param name="name">A plain file name.</param>
    /// <param name="largest">Bytes at most.</param>
    public static FileStream? TryOpen(string folder, string name, long largest)
    {
        if (name.Contains('/', StringComparison.Ordinal) || name is "." or "..")
        {
            return null;
        }

        // Neither a link is followed nor a pipe waited for; what cannot be sought in is no regular file.
        var handle = Open(Path.Combine(folder, name), ReadOnly | NonBlocking | CloseOnExec | s_noFollow);
        long length = handle.IsInvalid || Directory.Exists(Path.Combine(folder, name)) ? -1 : Seek(handle, 0, SeekEnd);
        if (length < 0 || length > largest)
        {
            handle.Dispose();
            return null;
        }

        return new FileStream(handle, FileAccess.Read) { Position = 0 };
    }

    /// <summary>Whether a path below the work folder is a regular file that no link leads to: a link would be followed on this side, where there is more to see.</summary>
    /// <param name="folder">The work folder.</param>
    /// <param name="path">A path inside it.</param>
    public static bool IsPlain(string folder, string path)
    {
        for (string? parent = Path.GetDirectoryName(path); parent is not null && parent.Length > folder.Length; parent = Path.GetDirectoryName(parent))
        {
            if (!Directory.Exists(parent) || File.GetAttributes(parent).HasFlag(FileAttributes.ReparsePoint))
            {
                return false;
            }
        }

        using var file = TryOpen(Path.GetDirectoryName(path)!, Path.GetFileName(path), long.MaxValue);
        return file is not null;
    }

    /// <summary>The text of such a file; null when there is none.</summary>
    public static string? TryReadText(string folder, string name, long largest)
    {
        using var stream = TryOpen(folder, name, largest);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial long Seek(SafeFileHandle handle, long offset, int origin);
}
