using System.Globalization;
using PlatformBench;
using SchedulerScale;

// The device broker's scheduler at the scale of a big farm, and the same at a tenth of it in the same run. Prints each figure beside its
// goal; exit code 1 when a gate is missed.
// dotnet run -c Release --project bench/SchedulerScale [decisions] [doorbell] [--runs 1000000] [--devices 10000]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int Number(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
int runs = Number("--runs", 1_000_000);
int devices = Number("--devices", 10_000);
bool all = !args.Contains("decisions") && !args.Contains("doorbell");
var report = new Report();
if (all || args.Contains("decisions"))
{
    Console.WriteLine("== decisions");
    Decisions.Run(report, runs, devices);
}

if (all || args.Contains("doorbell"))
{
    Console.WriteLine("== doorbell");
    await DoorbellToClaim.RunAsync(report, runs, devices);
}

return report.IsMet ? 0 : 1;
