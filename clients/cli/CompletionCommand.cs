using System.CommandLine;

namespace Hub.Cli;

/// <summary><c>hub completion</c>: a script that lets a shell ask this program what may follow (its [suggest] directive).</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _hub() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(hub "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _hub hub
        """;

    private const string Zsh = """
        _hub() {
          local -a found
          found=("${(@f)$(hub "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          compadd -a found
          _files
        }
        compdef _hub hub
        """;

    private const string Fish = """
        complete -c hub -a '(hub "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    private static readonly Argument<string> s_shell = new("SHELL") { Description = "bash, zsh or fish." };

    public static Command Create(CliContext context)
    {
        s_shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return new Command("completion", """
            Print a completion script.

            Example:
              hub completion bash > ~/.local/share/bash-completion/completions/hub
            """) { s_shell }.WithAction(context, (parsed, printer, _) =>
        {
            printer.Line(parsed.GetRequiredValue(s_shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Fish,
            });
            return Task.FromResult(ExitCode.Done);
        });
    }
}
