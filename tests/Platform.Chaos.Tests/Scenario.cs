namespace Platform.Chaos.Tests;

/// <summary>What a scenario needs to be set in.</summary>
internal enum Stage
{
    /// <summary>The farm whose time constants are divided by five, leases less.</summary>
    Farm,

    /// <summary>The farm with the time constants that ship.</summary>
    PlainFarm,

    /// <summary>Nothing: it starts what it needs, an embedded hub mostly.</summary>
    Own,
}

/// <summary>One fault and what must come of it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">The fault.</param>
/// <param name="Stage">What it is set in.</param>
/// <param name="RunAsync">Loads the hub, injects the fault, judges.</param>
internal sealed record Scenario(int Number, string Name, Stage Stage, Func<ChaosRun, Task> RunAsync);
