using Platform.Sandbox;

namespace Platform.Toolchains.Steps;

/// <summary>What the end of a child process means when it left no result.</summary>
public static class ChildFailures
{
    /// <summary>The coded reason.</summary>
    /// <param name="ended">How it ended.</param>
    /// <param name="program">What it was, for the sentence.</param>
    public static Refusal ToRefusal(SandboxResult ended, string program)
    {
        var (code, message) = SandboxFailures.Describe(ended, program);
        return new Refusal(code, message, SandboxFailures.ReasonOf(ended));
    }
}
