namespace Platform.Host.Tests.Hosting;

/// <summary>
/// Runner programs whose model runner is the real one behind a script of faults: the file <c>faults</c> beside it holds lines of
/// "PATTERN FAULT"; a request that the pattern (a shell's) matches gets the fault, any other goes on to the real program.
/// </summary>
internal sealed class SimulatedRunners
{
    private const string Script = """
        #!/bin/bash
        read -r request
        folder=$(dirname "$0")
        while read -r pattern fault; do
          case "$request" in *$pattern*)
            case "$fault" in
              crash) kill -SEGV $$; exit 139 ;;
              hang) exec sleep 600 ;;
              silent) exit 0 ;;
              nonsense) echo 'this is no answer'; exit 0 ;;
              slow) sleep 2 ;;
            esac ;;
          esac
        done <"$folder/faults"
        { printf '%s\n' "$request"; exec cat; } | "$folder/model-runner.real"
        """;

    public SimulatedRunners(string folder, string runners)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        foreach (string name in Directory.EnumerateDirectories(runners).Select(path => Path.GetFileName(path)!).Where(name => name != "model-runner"))
        {
            Directory.CreateSymbolicLink(Path.Combine(Folder, name), Path.Combine(runners, name));
        }

        string source = Path.Combine(runners, "model-runner");
        string target = Path.Combine(Folder, "model-runner");
        foreach (string file in Directory.EnumerateFiles(source + "/", "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        string program = Path.Combine(target, "model-runner");
        File.Move(program, program + ".real");
        File.WriteAllText(program, Script);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllLines(Path.Combine(target, "faults"), Faults.Select(fault => $"{fault.Pattern} {fault.Fault}"));
    }

    /// <summary>Names of model files, and what befalls them.</summary>
    public static IReadOnlyList<(string Pattern, string Fault)> Faults { get; } =
        [("sim-crash", "crash"), ("sim-silent", "silent"), ("sim-nonsense", "nonsense"), ("sim-slow", "slow")];

    public string Folder { get; }
}
