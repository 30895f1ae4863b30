using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Sandbox;
using Platform.ServiceDefaults;
using Platform.Transfers;

namespace Platform.ProfilerWorker.Runs;

/// <summary>Fetches models and datasets and sends results.</summary>
internal sealed class RunTransfers(FarmHosts.FarmHostsClient broker, BlobDownloader downloader, BlobUploader uploader, StagedModels staged)
{
    /// <summary>Brings the run's model into the folder <c>in</c>: from its assignment, from what lies on this host, or from the artifact service.</summary>
    public async Task<string> FetchModelAsync(RunScope scope)
    {
        var (run, spec) = (scope.Run.Assignment, scope.Spec);
        string path = Path.Combine(scope.Folder.Make("in"), Path.GetFileName(spec.ModelFilename) is { Length: > 0 } name ? name : "input");
        if (!spec.InlineModel.IsEmpty)
        {
            await File.WriteAllBytesAsync(path, spec.InlineModel.ToByteArray(), scope.Run.Stopped);
        }
        else if (!await staged.TakeAsync(run.OrganizationId, spec.ModelSha256, path, scope.Run.Stopped))
        {
            await downloader.DownloadAsync(run.ModelUrl, path, spec.ModelSha256, got: null, scope.Run.Stopped);
            staged.Keep(run.OrganizationId, spec.ModelSha256, path);
        }

        return path;
    }

    /// <summary>Fetches a file into the folder <c>in</c>; its hash is checked.</summary>
    public async Task<string> FetchAsync(string url, string sha256, string fileName, RunFolder folder, CancellationToken cancellation)
    {
        string path = Path.Combine(folder.Make("in"), Path.GetFileName(fileName) is { Length: > 0 } name ? name : "input");
        await downloader.DownloadAsync(url, path, sha256, got: null, cancellation);
        return path;
    }

    /// <summary>Sends a file of the run's folder as a result of it.</summary>
    /// <exception cref="FailureException">RESULT_INVALID: what the program left there is no plain file.</exception>
    public async Task<CompleteResultResponse> SendAsync(RunAssignment run, RunFolder folder, string path, string name, CancellationToken cancellation)
    {
        if (!OutputFile.IsPlain(folder.Path, path))
        {
            throw new FailureException(FailureCode.ResultInvalid, $"the runner left no file in the place of {name}, or a link");
        }

        var open = await broker.OpenResultAsync(
            new OpenResultRequest { RunId = run.RunId, DeviceEpoch = run.DeviceEpoch, Name = name, SizeBytes = new FileInfo(path).Length }, cancellationToken: cancellation);
        await uploader.UploadAsync(path, new UploadTarget(open.Url, open.PartUrls, (long)open.PartBytes), [], sent: null, cancellation);
        return await broker.CompleteResultAsync(
            new CompleteResultRequest { RunId = run.RunId, DeviceEpoch = run.DeviceEpoch, Name = name }, cancellationToken: cancellation);
    }
}
