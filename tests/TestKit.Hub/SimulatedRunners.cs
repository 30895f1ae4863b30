namespace TestKit.Hub;

/// <summary>
/// Runner programs whose model runner is the real one behind a script of faults: the file <c>faults</c> beside it holds lines of
/// "PATTERN FAULT [ARGUMENT]"; a request that the pattern (a shell's) matches gets the fault, any other goes on to the real program.
/// </summary>
internal sealed class SimulatedRunners
{
    private const string Script = """
        #!/bin/bash
        read -r request
        folder=$(dirname "$0")
        case "$request" in *inspectModel*) ;; *)
          while read -r pattern fault argument; do
            case "$request" in *$pattern*)
              case "$fault" in
                crash) kill -SEGV $$; exit 139 ;;
                hang) exec sleep 600 ;;
                spin) while :; do :; done ;;
                memory) exec tail /dev/zero ;;
                silent) exit 0 ;;
                nonsense) echo 'this is no answer'; exit 0 ;;
                slow) sleep "${argument:-2}" ;;
                run) . "$folder/$argument" ;;
              esac ;;
            esac
          done <"$folder/faults" ;;
        esac
        { printf '%s\n' "$request"; exec cat; } | "$folder/PROGRAM.real"
        """;

    public SimulatedRunners(string folder, string runners, bool faultySteps = false)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        string[] faulty = faultySteps ? ["model-runner", "step"] : ["model-runner"];
        foreach (string name in Directory.EnumerateDirectories(runners).Select(path => Path.GetFileName(path)!))
        {
            if (faulty.Contains(name))
            {
                Wrap(Path.Combine(runners, name), name);
            }
            else
            {
                Directory.CreateSymbolicLink(Path.Combine(Folder, name), Path.Combine(runners, name));
            }
        }
    }

    /// <summary>Names of model files, and what befalls them.</summary>
    public static IReadOnlyList<(string Pattern, string Fault)> Faults { get; } =
        [("sim-crash", "crash"), ("sim-silent", "silent"), ("sim-nonsense", "nonsense"), ("sim-slow", "slow"), ("sim-long", "slow 8"), ("sim-minute", "slow 40"), ("sim-day", "slow 130"), ("sim-hang", "hang"), ("sim-spin", "spin"), ("sim-memory", "memory"), ("sim-attack", "run attack.sh"), ("sim-fill", "run fill.sh"), ("sim-link", "run link.sh")];

    public string Folder { get; }

    /// <summary>From now on a program's new requests meet these faults only.</summary>
    public void SetFaults(string program, params (string Pattern, string Fault)[] faults)
    {
        string file = Path.Combine(Folder, program, "faults");
        File.WriteAllLines(file + ".new", faults.Select(fault => $"{fault.Pattern} {fault.Fault}"));
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>Puts a file beside a program, for the fault <c>run</c>.</summary>
    public void Put(string program, string name, string text) => File.WriteAllText(Path.Combine(Folder, program, name), text);

    private void Wrap(string source, string name)
    {
        string target = Path.Combine(Folder, name);
        foreach (string file in Directory.EnumerateFiles(source + "/", "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        string program = Path.Combine(target, name);
        File.Move(program, program + ".real");
        File.WriteAllText(program, Script.Replace("PROGRAM", name, StringComparison.Ordinal));
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SetFaults(name, [.. Faults]);
    }
}
