using Platform.Sandbox.Bubblewrap;
using Platform.Sandbox.Processes;

namespace Platform.Sandbox;

/// <summary>The sandboxes there are.</summary>
public static class Sandboxes
{
    /// <summary>The names that an operator may choose from.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["bubblewrap", "none"];

    /// <summary>Makes one.</summary>
    /// <param name="kind"><c>bubblewrap</c>; or <c>none</c>: limits only, for trusted models.</param>
    /// <param name="clock">The clock.</param>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static ISandbox Create(string kind, TimeProvider clock) => kind switch
    {
        "bubblewrap" => new BubblewrapSandbox(clock),
        "none" => new BareSandbox(clock),
        _ => throw new ArgumentException($"there is no sandbox '{kind}'; choose one of {string.Join(", ", Kinds)}", nameof(kind)),
    };
}
