using System.CommandLine;
using System.Globalization;
using Hub.Cli.Connection;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Datasets;

/// <summary><c>hub datasets</c>.</summary>
internal static class DatasetCommands
{
    private static readonly Argument<string> s_id = new("DATASET") { Description = "Dataset id." };
    private static readonly Argument<FileInfo> s_file = new("FILE") { Description = ".h5 in AI Hub's layout, or .npz: one array for each input, whose first axis counts the samples." };
    private static readonly Option<string> s_name = new("--name") { Description = "Name; the file's by default.", DefaultValueFactory = _ => "" };
    private static readonly Option<FileInfo?> s_output = new("--output", "-o") { Description = "Where to write." };
    private static readonly Option<int> s_limit = new("--limit") { Description = "How many.", DefaultValueFactory = _ => 50 };

    public static Command Create(CliContext context) => new("datasets", "Upload, list, download and delete datasets.")
    {
        new Command("upload", "Upload a dataset.") { s_file, s_name }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var dataset = await AssetTransfers.UploadDatasetAsync(context, hub, parsed.GetRequiredValue(s_file).FullName, parsed.GetRequiredValue(s_name), printer.Json, cancellation);
            printer.Print(dataset, () => Print(printer, dataset));
            return dataset.State == AssetState.AssetFailed ? ExitCode.Refused : ExitCode.Done;
        }),
        new Command("list", "List datasets, newest first.") { s_limit }.WithHub(context, ListAsync),
        new Command("show", "Show a dataset.") { s_id }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var dataset = await hub.Client.GetDatasetAsync(new GetDatasetRequest { DatasetId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
            return printer.Print(dataset, () => Print(printer, dataset));
        }),
        new Command("download", "Download a dataset's file.") { s_id, s_output }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var download = await hub.Client.DownloadDatasetAsync(new DownloadDatasetRequest { DatasetId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
            string path = parsed.GetValue(s_output)?.FullName ?? Path.GetFullPath(download.Filename);
            await AssetTransfers.DownloadAsync(context, hub, download, path, printer.Json, cancellation);
            return printer.Print(download, () => printer.Line($"{path} ({Words.Bytes(download.SizeBytes)})"));
        }),
        new Command("delete", "Delete a dataset.") { s_id }.WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            var dataset = await hub.Client.DeleteDatasetAsync(new DeleteDatasetRequest { DatasetId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
            return printer.Print(dataset, () => printer.Line($"{dataset.DatasetId} deleted"));
        }),
    };

    /// <summary>Uploads a file unless the text is the id of a dataset already.</summary>
    public static async Task<string> ResolveAsync(CliContext context, HubConnection hub, string dataset, bool quiet, CancellationToken cancellation)
    {
        if (!File.Exists(dataset))
        {
            return dataset;
        }

        var uploaded = await AssetTransfers.UploadDatasetAsync(context, hub, dataset, "", quiet, cancellation);
        return uploaded.Failure is null ? uploaded.DatasetId : throw new CliException(Words.Failure(uploaded.Failure));
    }

    private static void Print(Printer printer, Dataset dataset) => printer.Facts(
        ("id", dataset.DatasetId), ("name", dataset.Name), ("state", Words.Name(dataset.State)), ("samples", dataset.Samples.ToString(CultureInfo.InvariantCulture)),
        ("size", Words.Bytes(dataset.SizeBytes)), ("created", Words.Time(dataset.CreatedAt)), ("expires", Words.Time(dataset.ExpiresAt)), ("made by", dataset.ProducerJobId),
        ("tensors", Words.Tensors(dataset.Tensors)), ("failure", Words.Failure(dataset.Failure)));

    private static async Task<int> ListAsync(ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var list = await hub.Client.ListDatasetsAsync(new ListDatasetsRequest { Limit = parsed.GetValue(s_limit) }, cancellationToken: cancellation);
        return printer.Print(list, () => printer.Table(
            ["id", "name", "state", "samples", "size", "expires"],
            list.Datasets.Select(dataset => (IReadOnlyList<string>)
                [dataset.DatasetId, dataset.Name, Words.Name(dataset.State), dataset.Samples.ToString(CultureInfo.InvariantCulture), Words.Bytes(dataset.SizeBytes), Words.Time(dataset.ExpiresAt)])));
    }
}
