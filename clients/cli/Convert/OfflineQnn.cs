using Platform.Mounts;
using Platform.Runners;
using Platform.Sandbox;
using Platform.Toolchains;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;

namespace Hub.Cli.Convert;

/// <summary>The QNN steps on this machine, each in a child process: in the sandbox where there is one, with limits only elsewhere.</summary>
internal sealed class OfflineQnn
{
    private static readonly SandboxLimits s_limits = new(TimeSpan.FromHours(1), 16L << 30, 16L << 30, 4 << 20);

    private readonly QnnMount _mount;
    private readonly ISandbox _sandbox;

    private OfflineQnn(QnnMount mount, ISandbox sandbox)
    {
        (_mount, _sandbox) = (mount, sandbox);
    }

    /// <summary>Finds the package and tries it.</summary>
    /// <returns>The steps, or why there are none.</returns>
    public static async Task<(OfflineQnn? Steps, string Problem)> OpenAsync(CancellationToken cancellation)
    {
        string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? "";
        string program = RunnerProgram.Find(RunnerProgram.QnnStep)?.Path ?? Path.Combine(AppContext.BaseDirectory, "runners", RunnerProgram.QnnStep, RunnerProgram.QnnStep);
        var mount = new QnnMount(program, Setting("HUB_QNN_ROOT"), Setting("HUB_TOOLCHAINS"), QnnPackage.UserCache);
        var sandbox = Sandboxes.Create("bubblewrap", TimeProvider.System);
        if (await sandbox.FindProblemAsync(cancellation) is not null)
        {
            sandbox = Sandboxes.Create("none", TimeProvider.System);
        }

        var found = await mount.ProbeAsync(sandbox, cancellation);
        return found.Available ? (new OfflineQnn(mount, sandbox), "") : (null, found.Reason);
    }

    /// <summary>Runs one step from a file to a file.</summary>
    public Task<ProcessStepOutcome> ConvertAsync(
        ModelForm target, string input, string output, OptionSet options, IReadOnlyList<InputSpec> inputs, IReadOnlyList<Soc> socs, TextWriter log, CancellationToken cancellation) =>
        InFolderAsync([input], output, (folder, staged, product) => new QnnCompileStep(target, _mount).RunAsync(
            new ProcessStepRequest(staged[0], product, folder, options, inputs, true, s_limits, log.WriteLine) { Socs = socs }, _sandbox, cancellation));

    /// <summary>Links files to a file.</summary>
    public Task<ProcessStepOutcome> LinkAsync(IReadOnlyList<string> inputs, string output, OptionSet options, IReadOnlyList<Soc> socs, TextWriter log, CancellationToken cancellation) =>
        InFolderAsync(inputs, output, (folder, staged, product) => new QnnLinkStep(_mount).RunAsync(
            new QnnLinkRequest(staged, product, folder, socs, options, s_limits, log.WriteLine), _sandbox, cancellation));

    /// <summary>Looks at a context binary or DLC.</summary>
    public Task<QnnInspection> InspectAsync(string file, CancellationToken cancellation) => QnnInspection.RunAsync(_mount, file, s_limits, _sandbox, cancellation);

    // The child sees copies in a folder of its own, and the product is moved out only when it is whole.
    private static async Task<ProcessStepOutcome> InFolderAsync(IReadOnlyList<string> inputs, string output, Func<string, IReadOnlyList<string>, string, Task<ProcessStepOutcome>> run)
    {
        var folder = Directory.CreateTempSubdirectory("hub-qnn-");
        try
        {
            var staged = new List<string>();
            for (int i = 0; i < inputs.Count; i++)
            {
                string place = Path.Combine(Directory.CreateDirectory(Path.Combine(folder.FullName, $"in{i}")).FullName, Path.GetFileName(inputs[i]));
                StagedFiles.Copy(inputs[i], place);
                staged.Add(place);
            }

            string product = Path.Combine(folder.FullName, "product" + Path.GetExtension(output));
            var outcome = await run(folder.FullName, staged, product);
            if (outcome.Refusals.Count == 0)
            {
                File.Move(product, output, overwrite: true);
            }

            return outcome;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
