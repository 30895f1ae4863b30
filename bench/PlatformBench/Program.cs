using System.Globalization;
using PlatformBench;
using TestKit;
using TestKit.Hub;

// Speed of the platform against peers measured in the same run. Prints each figure beside its goal; exit code 1 when a gate is missed.
// dotnet run -c Release --project bench/PlatformBench [sandbox] [submits] [upload] [overhead] [profile] [subscribers] [drain] [hangfire]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["bare-loop", var model, var iterations])
{
    BareLoop.Run(model, int.Parse(iterations, CultureInfo.InvariantCulture));
    return 0;
}

(string Name, Func<Report, Task> Run)[] all =
[
    ("sandbox", SandboxStart.RunAsync), ("submits", DurableSubmits.RunAsync), ("upload", UploadSpeed.RunAsync), ("overhead", JobOverhead.RunAsync), ("profile", ProfileTruth.RunAsync), ("subscribers", EventSubscribers.RunAsync), ("drain", Drain.RunAsync), ("hangfire", HangfireRatio.RunAsync),
];
// What users run: compiled ahead of time. Building it takes minutes on a machine that does something else.
var patience = TimeSpan.FromMinutes(15);
if (args is not ["hangfire"])
{
    Assert.Equal(0, (await ProcessRun.RunAsync(RepositoryRoot.Combine("hub"), ["--version"], limit: patience)).ExitCode);
    HubProcess.Published = RepositoryRoot.Combine("artifacts", "hub");
}

if (args is [] || args.Contains("hangfire"))
{
    string services = RepositoryRoot.Combine("artifacts", "services");
    Assert.Equal(0, (await ProcessRun.RunAsync(RepositoryRoot.Combine("build", "publish-services.sh"), [services], limit: patience)).ExitCode);
    Farm.Published = services;
}

var report = new Report();
foreach (var (name, run) in all.Where(entry => args.Length == 0 || args.Contains(entry.Name)))
{
    Console.WriteLine($"== {name}");
    await run(report);
}

return report.IsMet ? 0 : 1;
