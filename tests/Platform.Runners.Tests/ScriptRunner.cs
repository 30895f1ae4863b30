using Platform.Contracts.Runner.V1;
using TestKit;

namespace Platform.Runners.Tests;

/// <summary>A runner that misbehaves: a shell script.</summary>
internal sealed class ScriptRunner : IDisposable
{
    private readonly TempFolder _folder = new();

    public ScriptRunner(string script)
    {
        string path = _folder.File("runner");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Program = new RunnerProgram(path, new Dictionary<string, string>());
    }

    public RunnerProgram Program { get; }

    public static Request Probe => new() { Probe = new Probe() };

    public void Dispose() => _folder.Dispose();
}
