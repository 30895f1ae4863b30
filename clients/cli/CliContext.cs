using Hub.Cli.Connection;
using Hub.Cli.Output;

namespace Hub.Cli;

/// <summary>What every command works with.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Clock">The clock.</param>
internal sealed record CliContext(TextWriter Output, TextWriter Error, TimeProvider Clock)
{
    /// <summary>Opens the connection that the profile names; says how to get one when there is none.</summary>
    /// <exception cref="CliException">There is no such profile.</exception>
    public static HubConnection Connect(string? profile) => new(Profile.Read(profile)
        ?? throw new CliException($"there is no profile{(profile is null ? "" : $" '{profile}'")} in {Profile.FilePath}: start a local hub with `hub up`, or name one with `hub configure`"));

    public Printer Printer(bool json) => new(this, json);
}

/// <summary>A command cannot be carried out; the message says what to do.</summary>
/// <param name="message">For the user.</param>
/// <param name="code">Exit code.</param>
internal sealed class CliException(string message, int code = ExitCode.Refused) : Exception(message)
{
    public int Code { get; } = code;
}
