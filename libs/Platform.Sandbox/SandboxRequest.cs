namespace Platform.Sandbox;

/// <summary>A program to run and what it may touch.</summary>
/// <param name="Program">Absolute path on this host.</param>
/// <param name="Arguments">Arguments, passed as they are: no shell reads them.</param>
/// <param name="WorkFolder">The one folder it may write; it sees it as <see cref="InsideWorkFolder"/> and starts there.</param>
/// <param name="Limits">Bounds.</param>
public sealed record SandboxRequest(string Program, IReadOnlyList<string> Arguments, string WorkFolder, SandboxLimits Limits)
{
    /// <summary>Where the work folder is inside.</summary>
    public const string InsideWorkFolder = "/hub-work";

    /// <summary>Files and folders it may read beside the system's programs and libraries; they keep their paths.</summary>
    public IReadOnlyList<string> ReadOnly { get; init; } = [];

    /// <summary>Its whole environment, beside PATH, HOME, LANG and TMPDIR.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What it gets on standard input; empty for nothing.</summary>
    public string StandardInput { get; init; } = "";

    /// <summary>Hears each line of standard output, within the limit on answers.</summary>
    public Action<string>? OutputLine { get; init; }

    /// <summary>Hears each line of standard error, within the limit on logs.</summary>
    public Action<string>? ErrorLine { get; init; }

    /// <summary>Called once it runs, with a writer to its standard input; the input is closed when the task ends. For programs that hold a conversation.</summary>
    public Func<TextWriter, Task>? Converse { get; init; }
}

/// <summary>Bounds of a run. What exceeds one is ended, with all that it started.</summary>
/// <param name="Wall">Time on the clock.</param>
/// <param name="MemoryBytes">Memory of all its processes together.</param>
/// <param name="OutputBytes">Bytes in the work folder.</param>
/// <param name="LogBytes">Bytes of standard error that are kept; the rest is dropped.</param>
public sealed record SandboxLimits(TimeSpan Wall, long MemoryBytes, long OutputBytes, long LogBytes)
{
    /// <summary>CPU time of each of its processes.</summary>
    public TimeSpan Cpu { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Bytes of standard output that are kept, which may be one line; the rest is dropped.</summary>
    public long AnswerBytes { get; init; } = 64L << 20;

    /// <summary>Processes and threads at once.</summary>
    public int Processes { get; init; } = 512;

    /// <summary>Open files of each process.</summary>
    public int OpenFiles { get; init; } = 4096;

    /// <summary>Files in the work folder.</summary>
    public int Files { get; init; } = 10_000;
}

/// <summary>How a run ended.</summary>
public enum SandboxEnd
{
    /// <summary>By itself, with an exit code.</summary>
    Exited,
    /// <summary>By a signal of its own making: a crash.</summary>
    Crashed,
    /// <summary>It ran out of time.</summary>
    TimedOut,
    /// <summary>It ran out of memory.</summary>
    OutOfMemory,
    /// <summary>It wrote too much.</summary>
    OutputTooLarge,
    /// <summary>The caller cancelled it.</summary>
    Cancelled,
}

/// <summary>The end of a run.</summary>
/// <param name="End">How it ended.</param>
/// <param name="ExitCode">Exit code; 128 + signal for a crash.</param>
/// <param name="Wall">How long it took.</param>
/// <param name="PeakMemoryBytes">Most memory at once, of all its processes; 0 where the kernel does not say.</param>
public sealed record SandboxResult(SandboxEnd End, int ExitCode, TimeSpan Wall, long PeakMemoryBytes)
{
    /// <summary>Whether it ended by itself with exit code 0.</summary>
    public bool Succeeded => End == SandboxEnd.Exited && ExitCode == 0;
}
