namespace Platform.Toolchains.Steps;

/// <summary>Where a step runs.</summary>
public enum StepHost
{
    /// <summary>Our own managed code: inside the step runner, or in the offline CLI's process.</summary>
    Managed,
    /// <summary>A program of others: always a child process of its own.</summary>
    Process,
}
