using System.Globalization;
using Platform.Sandbox;
using Platform.Toolchains;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;
using QnnStep;

// CPU time and memory of the step onnx-to-qnn-context-binary beside a bare program that makes the same ONNX Runtime calls, in the
// same sandbox, turn about. Exit code 1 when a gate is missed.
// HUB_QNN_ROOT=... dotnet run -c Release --project bench/QnnStep [ROUNDS]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const double MostCpu = 1.1;
const double MostMemory = 50e6;
int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
string root = Environment.GetEnvironmentVariable("HUB_QNN_ROOT") ?? "";
string work = Directory.CreateTempSubdirectory("qnn-bench-").FullName;
bool isMet = true;
try
{
    Programs.Publish(work);
    var sandbox = Sandboxes.Create("bubblewrap", TimeProvider.System);
    var mount = new QnnMount(Path.Combine(work, "qnn-step", "qnn-step"), root, "", Path.Combine(work, "cache"));
    var found = await mount.ProbeAsync(sandbox, CancellationToken.None);
    if (!found.Available)
    {
        Console.WriteLine($"skipped: {found.Reason}");
        return 0;
    }

    foreach (var (name, source) in Networks.All(work))
    {
        await CompareAsync(name, source, mount, sandbox);
    }
}
finally
{
    Directory.Delete(work, recursive: true);
}

return isMet ? 0 : 1;

async Task CompareAsync(string name, string source, QnnMount mount, ISandbox sandbox)
{
    var step = new List<(double Cpu, double Memory)>();
    var bare = new List<(double Cpu, double Memory)>();
    for (int i = 0; i < rounds; i++)
    {
        bare.Add(await InFolderAsync(source, (input, folder) => BareAsync(input, folder, mount, sandbox)));
        step.Add(await InFolderAsync(source, (input, folder) => StepAsync(input, folder, mount, sandbox)));
    }

    // The least of each: whatever else the machine does only adds.
    double ratio = step.Min(run => run.Cpu) / bare.Min(run => run.Cpu), more = Median(step.Select(run => run.Memory)) - Median(bare.Select(run => run.Memory));
    Console.WriteLine($"     {name}: bare {bare.Min(run => run.Cpu):0.000} s CPU, {Median(bare.Select(run => run.Memory)) / 1e6:0} MB; step {step.Min(run => run.Cpu):0.000} s, {Median(step.Select(run => run.Memory)) / 1e6:0} MB");
    Gate($"{name}: CPU seconds of the step, times those of the bare program", ratio, MostCpu, "x");
    Gate($"{name}: peak memory over the bare program's", more / 1e6, MostMemory / 1e6, "MB");
}

async Task<(double Cpu, double Memory)> InFolderAsync(string source, Func<string, string, Task<SandboxResult>> run)
{
    string folder = Directory.CreateDirectory(Path.Combine(work, "run")).FullName, input = Path.Combine(folder, "model.onnx");
    File.Copy(source, input);
    double before = ChildClock.Seconds() + Environment.CpuUsage.TotalTime.TotalSeconds;
    var ended = await run(input, folder);
    double cpu = ChildClock.Seconds() + Environment.CpuUsage.TotalTime.TotalSeconds - before;
    Directory.Delete(folder, recursive: true);
    return ended.Succeeded ? (cpu, ended.PeakMemoryBytes) : throw new InvalidOperationException($"ended with {ended.ExitCode}");
}

static async Task<SandboxResult> StepAsync(string input, string folder, QnnMount mount, ISandbox sandbox)
{
    var request = new ProcessStepRequest(input, Path.Combine(folder, "product.bin"), folder, OptionSet.Empty, [], true, Programs.Limits, _ => { }) { Socs = [SocTable.Find(57)!] };
    var outcome = await new QnnCompileStep(ModelForm.QnnContextBinary, mount).RunAsync(request, sandbox, CancellationToken.None);
    return outcome.Refusals.Count == 0 ? outcome.Ended : throw new InvalidOperationException(outcome.Refusals[0].Message);
}

async Task<SandboxResult> BareAsync(string input, string folder, QnnMount mount, ISandbox sandbox)
{
    var package = mount.RequireTool().Package;
    return await sandbox.RunAsync(
        new SandboxRequest(Path.Combine(work, "qnn-bare", "qnn-bare"), [package.Libraries, Path.GetFileName(input), "57", "75"], folder, Programs.Limits) { ReadOnly = [package.Root], OutputLine = _ => { }, ErrorLine = _ => { } },
        CancellationToken.None);
}

static double Median(IEnumerable<double> values)
{
    double[] sorted = [.. values.Order()];
    return sorted[sorted.Length / 2];
}

void Gate(string what, double value, double most, string unit)
{
    bool met = value <= most;
    isMet &= met;
    Console.WriteLine($"{(met ? "ok  " : "MISS")} {what,-80} {value,8:0.000} {unit} (goal at most {most:0.###})");
}
