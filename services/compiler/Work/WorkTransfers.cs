using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.Sandbox;
using Platform.ServiceDefaults;
using Platform.Transfers;

namespace Platform.Compiler.Work;

/// <summary>Fetches inputs and sends outputs.</summary>
internal sealed class WorkTransfers(BuildNodes.BuildNodesClient gateway, BlobDownloader downloader, BlobUploader uploader)
{
    /// <summary>Fetches an input into the folder <c>in</c>, under its own name.</summary>
    public Task<string> FetchAsync(Input input, WorkFolder folder, CancellationToken cancellation) => FetchAsync(input, folder, "in", cancellation);

    /// <summary>Fetches an input into a folder of its own.</summary>
    public async Task<string> FetchAsync(Input input, WorkFolder folder, string subfolder, CancellationToken cancellation)
    {
        string path = Path.Combine(folder.Make(subfolder), Path.GetFileName(input.Filename) is { Length: > 0 } name ? name : "input");
        await downloader.DownloadAsync(input.Url, path, input.Sha256, got: null, cancellation);
        return path;
    }

    /// <summary>Sends a file of the attempt's folder as an output of it.</summary>
    /// <exception cref="FailureException">TOOL_CRASHED: what the program left there is no plain file.</exception>
    public async Task<Output> SendAsync(Assignment assignment, WorkFolder folder, string path, string name, string fileName, CancellationToken cancellation)
    {
        if (!OutputFile.IsPlain(folder.Path, path))
        {
            throw new FailureException(FailureCode.ToolCrashed, $"the converter left no file in the place of {name}, or a link");
        }

        var upload = await gateway.OpenOutputAsync(
            new OpenOutputRequest { JobId = assignment.JobId, Epoch = assignment.Epoch, Name = name, SizeBytes = new FileInfo(path).Length }, cancellationToken: cancellation);
        await uploader.UploadAsync(path, new UploadTarget(upload.Url, upload.PartUrls, (long)upload.PartBytes), [], sent: null, cancellation);
        return await gateway.CompleteOutputAsync(
            new CompleteOutputRequest { JobId = assignment.JobId, Epoch = assignment.Epoch, Name = name, Filename = fileName }, cancellationToken: cancellation);
    }
}
