using System.CommandLine;
using Hub.Cli.Connection;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Models;

/// <summary><c>hub models</c>.</summary>
internal static class ModelCommands
{
    private static readonly Argument<string> s_id = new("MODEL") { Description = "Model id." };
    private static readonly Argument<FileInfo> s_file = new("FILE") { Description = ".onnx, .pt, .pt2, .tflite ..., or a folder or zip with an ONNX model and its data." };
    private static readonly Option<string> s_name = new("--name") { Description = "Name; the file's by default.", DefaultValueFactory = _ => "" };
    private static readonly Option<string> s_resume = new("--resume") { Description = "Go on with the upload of this model.", DefaultValueFactory = _ => "" };
    private static readonly Option<FileInfo?> s_output = new("--output", "-o") { Description = "Where to write; the model's own file name by default." };
    private static readonly Option<bool> s_force = new("--force") { Description = "Also a product whose parity was too low, for investigation." };
    private static readonly Option<int> s_limit = new("--limit") { Description = "How many.", DefaultValueFactory = _ => 50 };

    public static Command Create(CliContext context) => new("models", "Upload, list, show, download and delete models.")
    {
        new Command("upload", "Upload a model.\n\nExample:\n  hub models upload mobilenet.onnx") { s_file, s_name, s_resume }
            .WithHub(context, (parsed, hub, printer, cancellation) => UploadAsync(context, parsed, hub, printer, cancellation)),
        new Command("list", "List models, newest first.") { s_limit }.WithHub(context, ListAsync),
        new Command("show", "Show a model: inputs, outputs, facts.") { s_id }.WithHub(context, ShowAsync),
        new Command("download", "Download a model's file.") { s_id, s_output, s_force }
            .WithHub(context, (parsed, hub, printer, cancellation) => DownloadAsync(context, parsed, hub, printer, cancellation)),
        new Command("release", "Lift a model's quarantines: steps that died on its file are tried again.\n\nExample:\n  hub models release mabcd1234") { s_id }.WithHub(context, ReleaseAsync),
        new Command("delete", "Delete a model; its bytes go with their last use.") { s_id }.WithHub(context, DeleteAsync),
    };

    /// <summary>Uploads a file unless the text is the id of a model already.</summary>
    public static async Task<string> ResolveAsync(CliContext context, HubConnection hub, string model, bool quiet, CancellationToken cancellation) =>
        File.Exists(model) || Directory.Exists(model) ? (await AssetTransfers.UploadModelAsync(context, hub, model, "", "", quiet, cancellation)).ModelId : model;

    public static void Print(Printer printer, Model model) => printer.Facts(
        ("id", model.ModelId), ("name", model.Name), ("type", Words.Name(model.ModelType)), ("state", Words.Name(model.State)), ("size", Words.Bytes(model.SizeBytes)),
        ("sha256", model.Sha256), ("created", Words.Time(model.CreatedAt)), ("made by", model.ProducerJobId), ("inputs", Words.Tensors(model.Inputs)), ("outputs", Words.Tensors(model.Outputs)),
        ("facts", string.Join("\n", model.Metadata.Select(fact => $"{fact.Key} = {fact.Value}"))), ("failure", Words.Failure(model.Failure)), ("quarantine", string.Join("\n", model.Quarantines.Select(Quarantine))));

    private static async Task<int> UploadAsync(CliContext context, ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var model = await AssetTransfers.UploadModelAsync(
            context, hub, parsed.GetRequiredValue(s_file).FullName, parsed.GetRequiredValue(s_name), parsed.GetRequiredValue(s_resume), printer.Json, cancellation);
        printer.Print(model, () => Print(printer, model));
        return model.State == AssetState.AssetFailed ? ExitCode.Refused : ExitCode.Done;
    }

    private static async Task<int> ListAsync(ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var list = await hub.Client.ListModelsAsync(new ListModelsRequest { Limit = parsed.GetValue(s_limit) }, cancellationToken: cancellation);
        return printer.Print(list, () => printer.Table(
            ["id", "name", "type", "state", "size", "created"],
            list.Models.Select(model => (IReadOnlyList<string>)[model.ModelId, model.Name, Words.Name(model.ModelType), Words.Name(model.State), Words.Bytes(model.SizeBytes), Words.Time(model.CreatedAt)])));
    }

    private static async Task<int> ShowAsync(ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var model = await hub.Client.GetModelAsync(new GetModelRequest { ModelId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
        return printer.Print(model, () => Print(printer, model));
    }

    private static async Task<int> DownloadAsync(CliContext context, ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var download = await hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = parsed.GetRequiredValue(s_id), Force = parsed.GetValue(s_force) }, cancellationToken: cancellation);
        string path = parsed.GetValue(s_output)?.FullName ?? Path.GetFullPath(download.Filename);
        await AssetTransfers.DownloadAsync(context, hub, download, path, printer.Json, cancellation);
        return printer.Print(download, () => printer.Line($"{path} ({Words.Bytes(download.SizeBytes)})"));
    }

    private static async Task<int> ReleaseAsync(ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var model = await hub.Client.ReleaseModelAsync(new ReleaseModelRequest { ModelId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
        return printer.Print(model, () => printer.Line($"{model.ModelId} is kept from no step"));
    }

    private static string Quarantine(Quarantine kept) => $"{string.Join(", ", kept.Steps.Select(step => $"{step.Name} {step.Version}"))} since {Words.Time(kept.Since)}, job {kept.JobId}: {kept.Message}";

    private static async Task<int> DeleteAsync(ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var model = await hub.Client.DeleteModelAsync(new DeleteModelRequest { ModelId = parsed.GetRequiredValue(s_id) }, cancellationToken: cancellation);
        return printer.Print(model, () => printer.Line($"{model.ModelId} deleted"));
    }
}
