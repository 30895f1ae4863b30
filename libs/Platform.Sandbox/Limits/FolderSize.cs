namespace Platform.Sandbox.Limits;

/// <summary>Measures what a program has written, links not followed.</summary>
internal static class FolderSize
{
    private static readonly EnumerationOptions s_all = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    public static (long Bytes, int Files) Measure(string folder)
    {
        long bytes = 0;
        int files = 0;
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", s_all))
            {
                files++;
                bytes += file is FileInfo info ? info.Length : 0;
            }
        }
        catch (IOException)
        {
            // Files come and go while the program runs; the next look sees the rest.
            return (bytes, files);
        }

        return (bytes, files);
    }
}
