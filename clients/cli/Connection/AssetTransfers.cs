using System.IO.Compression;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;
using Platform.Transfers;

namespace Hub.Cli.Connection;

/// <summary>Uploads and downloads with progress; what was cut goes on where it was.</summary>
internal static class AssetTransfers
{
    public static async Task<Model> UploadModelAsync(CliContext context, HubConnection hub, string path, string name, string resume, bool quiet, CancellationToken cancellation)
    {
        string file = PackFolder(path);
        var (id, upload) = resume.Length > 0 ? await ResumeModelAsync(hub, resume, cancellation) : await NewModelAsync(hub, file, name, cancellation);
        try
        {
            await SendAsync(context, hub, file, upload, quiet, cancellation);
        }
        catch (TransferException cut)
        {
            throw new CliException($"{cut.Message}\nto go on where it was cut: hub models upload {path} --resume {id}");
        }

        return await hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = id }, cancellationToken: cancellation);
    }

    public static async Task<Dataset> UploadDatasetAsync(CliContext context, HubConnection hub, string path, string name, bool quiet, CancellationToken cancellation)
    {
        var created = await hub.Client.CreateDatasetAsync(
            new CreateDatasetRequest { Name = name, SizeBytes = new FileInfo(path).Length, Filename = Path.GetFileName(path) }, cancellationToken: cancellation);
        await SendAsync(context, hub, path, created.Upload, quiet, cancellation);
        return await hub.Client.CompleteDatasetAsync(new CompleteDatasetRequest { DatasetId = created.Dataset.DatasetId }, cancellationToken: cancellation);
    }

    public static Task DownloadAsync(CliContext context, HubConnection hub, Download download, string path, bool quiet, CancellationToken cancellation) =>
        ProgressBar.ShowAsync(context, $"downloading {Path.GetFileName(path)}", quiet, async show =>
        {
            var downloader = new BlobDownloader(hub.Http, context.Clock);
            await downloader.DownloadAsync(download.Url, path, download.Sha256, got => show(got / Math.Max(1, download.SizeBytes), ""), cancellation);
            return path;
        });

    private static async Task<(string Id, Upload Upload)> NewModelAsync(HubConnection hub, string file, string name, CancellationToken cancellation)
    {
        var created = await hub.Client.CreateModelAsync(
            new CreateModelRequest { Name = name, SizeBytes = new FileInfo(file).Length, Filename = Path.GetFileName(file) }, cancellationToken: cancellation);
        return (created.Model.ModelId, created.Upload);
    }

    private static async Task<(string Id, Upload Upload)> ResumeModelAsync(HubConnection hub, string id, CancellationToken cancellation)
    {
        var model = await hub.Client.GetModelAsync(new GetModelRequest { ModelId = id }, cancellationToken: cancellation);
        return model.UploadId.Length > 0
            ? (id, await hub.Client.GetUploadAsync(new GetUploadRequest { UploadId = model.UploadId }, cancellationToken: cancellation))
            : throw new CliException($"model {id} has no open upload: it is {Words.Name(model.State)}");
    }

    private static Task<bool> SendAsync(CliContext context, HubConnection hub, string file, Upload upload, bool quiet, CancellationToken cancellation)
    {
        double size = Math.Max(1, new FileInfo(file).Length);
        return ProgressBar.ShowAsync(context, $"uploading {Path.GetFileName(file)}", quiet, async show =>
        {
            var uploader = new BlobUploader(hub.Http, context.Clock);
            await uploader.UploadAsync(file, new UploadTarget(upload.Url, upload.PartUrls, (long)upload.PartBytes), upload.PartsReceived, sent => show(sent / size, ""), cancellation);
            return true;
        });
    }

    // A model that is a folder travels as a zip of it, stored and in name order, so that the same folder is the same file.
    private static string PackFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            return path;
        }

        string target = Path.Combine(Path.GetTempPath(), Path.GetFileName(Path.TrimEndingDirectorySeparator(path)) + ".zip");
        File.Delete(target);
        using var archive = ZipFile.Open(target, ZipArchiveMode.Create);
        foreach (string file in Directory.EnumerateFiles(path).Order(StringComparer.Ordinal))
        {
            var entry = archive.CreateEntryFromFile(file, Path.GetFileName(file), CompressionLevel.NoCompression);
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        }

        return target;
    }
}
