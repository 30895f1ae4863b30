using System.CommandLine;
using System.Globalization;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Admin;

/// <summary><c>hub admin</c> and <c>hub backup</c>.</summary>
internal static class AdminCommands
{
    private static readonly Argument<DirectoryInfo> s_folder = new("FOLDER") { Description = "Where nothing is yet." };

    public static Command Create(CliContext context) => new("admin", "What operators do.")
    {
        new Command("usage", "Bytes and counts of the organization.").WithHub(context, async (_, hub, printer, cancellation) =>
        {
            var usage = await hub.Client.GetUsageAsync(new GetUsageRequest(), cancellationToken: cancellation);
            return printer.Print(usage, () => printer.Facts(
                ("blobs", $"{usage.Blobs} with {Words.Bytes(usage.BlobBytes)}"), ("models", Number(usage.Models)), ("datasets", Number(usage.Datasets)), ("jobs", Number(usage.Jobs)),
                ("disk free", Words.Bytes(usage.DiskFreeBytes))));
        }),
        new Command("gc", "Remove what has expired or nothing refers to.").WithHub(context, async (_, hub, printer, cancellation) =>
        {
            var report = await hub.Client.CollectGarbageAsync(new CollectGarbageRequest(), cancellationToken: cancellation);
            return printer.Print(report, () => printer.Line($"{report.Blobs} blobs ({Words.Bytes(report.Bytes)}), {report.Uploads} uploads and {report.Datasets} datasets removed"));
        }),
    };

    public static Command CreateBackup(CliContext context) => new Command("backup", "Copy the embedded host's data while it runs.") { s_folder }.WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        var backup = await hub.Client.CreateBackupAsync(new CreateBackupRequest { Folder = parsed.GetRequiredValue(s_folder).FullName }, cancellationToken: cancellation);
        return printer.Print(backup, () => printer.Line($"{backup.Folder} ({Words.Bytes(backup.Bytes)})"));
    });

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
