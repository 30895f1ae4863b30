using System.Text.RegularExpressions;

namespace Platform.Messaging;

/// <summary>A name that no two processes of one installation share, fit for a queue.</summary>
internal static partial class ProcessName
{
    public static string Text { get; } = $"{NotPlain().Replace(Environment.MachineName, "-")}-{Environment.ProcessId}";

    [GeneratedRegex("[^A-Za-z0-9-]")]
    private static partial Regex NotPlain();
}
