using System.Net.Http.Headers;
using System.Security.Cryptography;
using Grpc.Core;
using Platform.Contracts.Hub.V1;

namespace TestKit.Hub;

/// <summary>What tests ask of a hub again and again.</summary>
internal static class HubCalls
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    /// <summary>Device selector of this machine's processor.</summary>
    public static DeviceSelector LocalCpu => new() { Name = "local-cpu" };

    public static async Task<string> UploadModelAsync(this HubProcess hub, string fileName, byte[] bytes)
    {
        var model = await hub.OfferModelAsync(fileName, bytes);
        Assert.True(model.State == AssetState.Ready, $"{fileName} is {model.State}: {model.Failure?.Message}");
        return model.ModelId;
    }

    /// <summary>Uploads a model and waits until the hub has looked at it.</summary>
    public static async Task<Model> OfferModelAsync(this HubProcess hub, string fileName, byte[] bytes, ModelType type = ModelType.Unspecified)
    {
        var created = await hub.Client.CreateModelAsync(new CreateModelRequest { Name = fileName, Filename = fileName, SizeBytes = bytes.Length, ModelType = type });
        await hub.PutAsync(created.Upload, bytes);
        await hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = created.Model.ModelId, Sha256 = Sha256(bytes) });
        return await hub.SettledModelAsync(created.Model.ModelId);
    }

    public static async Task<Model> SettledModelAsync(this HubProcess hub, string id)
    {
        Model model = new();
        await Until.TrueAsync(
            async () => (model = await hub.Client.GetModelAsync(new GetModelRequest { ModelId = id })).State is AssetState.Ready or AssetState.AssetFailed,
            s_patience,
            () => $"{id} is still {model.State}");
        return model;
    }

    public static async Task<string> UploadDatasetAsync(this HubProcess hub, string fileName, byte[] bytes)
    {
        var dataset = await hub.OfferDatasetAsync(fileName, bytes);
        Assert.True(dataset.State == AssetState.Ready, $"{fileName} is {dataset.State}: {dataset.Failure?.Message}");
        return dataset.DatasetId;
    }

    public static async Task<Dataset> OfferDatasetAsync(this HubProcess hub, string fileName, byte[] bytes)
    {
        var created = await hub.Client.CreateDatasetAsync(new CreateDatasetRequest { Name = fileName, Filename = fileName, SizeBytes = bytes.Length });
        await hub.PutAsync(created.Upload, bytes);
        await hub.Client.CompleteDatasetAsync(new CompleteDatasetRequest { DatasetId = created.Dataset.DatasetId });
        Dataset dataset = new();
        await Until.TrueAsync(
            async () => (dataset = await hub.Client.GetDatasetAsync(new GetDatasetRequest { DatasetId = created.Dataset.DatasetId })).State is AssetState.Ready or AssetState.AssetFailed,
            s_patience,
            () => $"the dataset is still {dataset.State}");
        return dataset;
    }

    /// <summary>Sends all parts, the last one first.</summary>
    public static async Task PutAsync(this HubProcess hub, Upload upload, byte[] bytes)
    {
        int part = (int)upload.PartBytes;
        for (int number = (bytes.Length - 1) / part; number >= 0; number--)
        {
            using var answer = await hub.PutPartAsync(upload, number, bytes);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    public static async Task<HttpResponseMessage> PutPartAsync(this HubProcess hub, Upload upload, int number, byte[] whole)
    {
        int part = (int)upload.PartBytes;
        int offset = number * part;
        using var content = new ByteArrayContent(whole, offset, Math.Min(part, whole.Length - offset));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await hub.Http.PutAsync(new Uri(PartUrl(upload, number)), content);
    }

    public static string PartUrl(Upload upload, int number) => upload.PartUrls.Count > 0 ? upload.PartUrls[number] : upload.Url.Replace("{part}", $"{number}", StringComparison.Ordinal);

    public static async Task<byte[]> DownloadAsync(this HubProcess hub, Download download) => await hub.Http.GetByteArrayAsync(new Uri(download.Url));

    public static async Task<Job> SubmitAsync(this HubProcess hub, JobSpec spec, bool bypassCache = false, string key = "", string name = "") =>
        await hub.Client.SubmitJobAsync(new SubmitJobRequest { Spec = spec, BypassCache = bypassCache, IdempotencyKey = key, Name = name });

    public static async Task<Job> EndAsync(this HubProcess hub, string jobId)
    {
        Job job = new();
        await Until.TrueAsync(async () => (job = await hub.Client.GetJobAsync(new GetJobRequest { JobId = jobId })).Phase == JobPhase.Ended, s_patience, () => $"{jobId} is still {job.Phase}: {job.WaitMessage}\n{hub.Log}");
        return job;
    }

    public static async Task<Job> SucceedAsync(this HubProcess hub, JobSpec spec, bool bypassCache = false)
    {
        var job = await hub.EndAsync((await hub.SubmitAsync(spec, bypassCache)).JobId);
        Assert.True(job.State == JobState.Success, $"{job.State} {job.Failure?.Message}");
        return job;
    }

    public static async Task<FailureCode> RefusedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        return FailureOf(error).Code;
    }

    /// <summary>The failure that the hub puts beside a status.</summary>
    public static Failure FailureOf(RpcException error) =>
        Failure.Parser.ParseFrom(error.Trailers.GetValueBytes("hub-failure-bin") ?? throw new InvalidOperationException($"no failure beside {error.Status}"));

    public static JobSpec Compile(string model, string target, params TensorSpec[] inputs) => new()
    {
        Compile = new CompileSpec { ModelId = model, DirectOptions = { ["target_runtime"] = target }, InputSpecs = { inputs } },
    };

    public static JobSpec Profile(string model, string options = "--max_profiler_iterations 20") => new() { Profile = new ProfileSpec { ModelId = model, Device = LocalCpu, Options = options } };

    public static JobSpec Infer(string model, string dataset) => new() { Inference = new InferenceSpec { ModelId = model, DatasetId = dataset, Device = LocalCpu } };

    public static TensorSpec Image => new() { Name = "image", Dtype = "float32", Shape = { 1, 1, 8, 8 } };

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
