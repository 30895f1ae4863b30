using System.CommandLine;
using System.Globalization;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Admin;

/// <summary><c>hub admin</c> and <c>hub backup</c>.</summary>
internal static class AdminCommands
{
    private static readonly Argument<DirectoryInfo> s_folder = new("FOLDER") { Description = "Where nothing is yet." };

    private static readonly Argument<DirectoryInfo> s_backup = new("BACKUP") { Description = "A folder that hub backup has written." };
    private static readonly Argument<DirectoryInfo> s_data = new("DATA") { Description = "The data folder to make." };

    public static Command Create(CliContext context)
    {
        var admin = CreateSpace(context);
        foreach (var command in FarmViewCommands.Create(context).Concat(FarmActionCommands.Create(context)))
        {
            admin.Add(command);
        }

        return admin;
    }

    private static Command CreateSpace(CliContext context) => new("admin", "What operators do.")
    {
        new Command("usage", "Bytes and counts of the organization.").WithHub(context, async (_, hub, printer, cancellation) =>
        {
            var usage = await hub.Client.GetUsageAsync(new GetUsageRequest(), cancellationToken: cancellation);
            return printer.Print(usage, () => printer.Facts(
                ("blobs", $"{usage.Blobs} with {Words.Bytes(usage.BlobBytes)}"), ("models", Number(usage.Models)), ("datasets", Number(usage.Datasets)), ("jobs", Number(usage.Jobs)),
                ("disk free", usage.DiskFreeBytes < 0 ? "object storage does not say" : Words.Bytes(usage.DiskFreeBytes))));
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

    public static Command CreateRestore(CliContext context) => new Command("restore", "Make a backup the data of an embedded host that does not run.") { s_backup, s_data }.WithAction(context, (parsed, printer, cancellation) =>
    {
        var (from, to) = (parsed.GetRequiredValue(s_backup), parsed.GetRequiredValue(s_data));
        if (!File.Exists(Path.Combine(from.FullName, "gateway.db")))
        {
            throw new CliException($"{from.FullName} is no backup: it has no gateway.db");
        }

        if (to.Exists && to.EnumerateFileSystemInfos().Any())
        {
            throw new CliException($"{to.FullName} is not empty: restore into a folder where nothing is yet, and start the hub with HUB_DATA set to it");
        }

        foreach (var file in from.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellation.ThrowIfCancellationRequested();
            string target = Path.Combine(to.FullName, Path.GetRelativePath(from.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            file.CopyTo(target);
        }

        printer.Line($"restored; start it with: HUB_DATA={to.FullName} hub up");
        return Task.FromResult(ExitCode.Done);
    });

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
