using TestKit;

namespace Hub.Cli.Tests;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("bash", "complete -o default -F _hub hub")]
    [InlineData("zsh", "compdef _hub hub")]
    [InlineData("fish", "complete -c hub")]
    public async Task Completion_Shell_AsksTheProgram(string shell, string registration)
    {
        var run = await Cli.RunAsync("completion", shell);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains(registration, run.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_Bash_IsValidAndCompletes()
    {
        using var folder = new TempFolder();
        string script = folder.File("hub.bash");
        await File.WriteAllTextAsync(script, (await Cli.RunAsync("completion", "bash")).Output, TestContext.Current.CancellationToken);
        var syntax = await ProcessRun.RunAsync("bash", ["-n", script]);
        Assert.True(syntax.ExitCode == 0, syntax.Error);

        // The program is played by a function that tells what it was asked.
        const string Use = """
            hub() { [ "$1" = "[suggest:6]" ] && [ "$2" = "hub co" ] && printf 'configure\nconvert\nverify\n'; }
            source "$1"; COMP_LINE="hub co" COMP_POINT=6 COMP_WORDS=(hub co) COMP_CWORD=1; _hub; echo "${COMPREPLY[@]}"
            """;
        var used = await ProcessRun.RunAsync("bash", ["--norc", "-c", Use, "bash", script]);
        Assert.Equal("configure convert", used.Output.Trim());
    }

    [Theory]
    [InlineData("powershell")]
    [InlineData("")]
    public async Task Completion_AnotherShell_IsAUsageError(string shell) => Assert.Equal(ExitCode.Usage, (await Cli.RunAsync("completion", shell)).Code);
}
