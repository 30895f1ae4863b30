using System.Runtime.InteropServices;
using System.Text;

namespace Runner.Model.Tflite;

/// <summary>Collects what the interpreter reports.</summary>
internal static unsafe partial class ErrorMessages
{
    private const int MaxLength = 1024;

    private static readonly StringBuilder s_text = new();

    /// <summary>The reporter that an interpreter calls; a C variable argument list travels as a pointer on x64 and arm64 Linux.</summary>
    public static delegate* unmanaged<nint, byte*, nint, void> Reporter => &Report;

    /// <summary>What was reported since the last call.</summary>
    public static string Take()
    {
        string text = s_text.ToString().Trim();
        s_text.Clear();
        return text;
    }

    [UnmanagedCallersOnly]
    private static void Report(nint user, byte* format, nint arguments)
    {
        byte* line = stackalloc byte[MaxLength];
        _ = Format(line, MaxLength, format, arguments);
        s_text.AppendLine(Marshal.PtrToStringUTF8((nint)line));
    }

    [LibraryImport("libc", EntryPoint = "vsnprintf")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Format(byte* target, nuint size, byte* format, nint arguments);
}
