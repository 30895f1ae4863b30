// Compiles an ONNX model and measures the product over gRPC.
// usage: CompileAndProfile HUB_GRPC_URL TOKEN MODEL.onnx
using System.Globalization;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Platform.Contracts.Hub.V1;

if (args is not [var url, var token, var path])
{
    Console.Error.WriteLine("usage: CompileAndProfile HUB_GRPC_URL TOKEN MODEL.onnx");
    return 64;
}

using var channel = GrpcChannel.ForAddress(url);
using var http = new HttpClient();
var hub = new Hub.HubClient(channel.Intercept(headers =>
{
    headers.Add("authorization", $"token {token}");
    return headers;
}));

byte[] bytes = await File.ReadAllBytesAsync(path);
var created = await hub.CreateModelAsync(new CreateModelRequest { Name = Path.GetFileName(path), Filename = Path.GetFileName(path), SizeBytes = bytes.Length });
int part = (int)created.Upload.PartBytes;
for (int number = 0; number * (long)part < bytes.Length; number++)
{
    using var content = new ByteArrayContent(bytes, number * part, Math.Min(part, bytes.Length - (number * part)));
    string address = created.Upload.PartUrls.Count > 0
        ? created.Upload.PartUrls[number]
        : created.Upload.Url.Replace("{part}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    (await http.PutAsync(new Uri(address), content)).EnsureSuccessStatusCode();
}

await hub.CompleteModelAsync(new CompleteModelRequest { ModelId = created.Model.ModelId });
var compiled = await RunAsync(new JobSpec { Compile = new CompileSpec { ModelId = created.Model.ModelId, Options = "--target_runtime tflite" } });
var profiled = await RunAsync(new JobSpec { Profile = new ProfileSpec { ModelId = compiled.TargetModelId, Device = new DeviceSelector { Name = "local-cpu" } } });
var result = await hub.GetJobResultAsync(new GetJobResultRequest { JobId = profiled.JobId });
double microseconds = result.Profile.Fields["execution_summary"].StructValue.Fields["estimated_inference_time"].NumberValue;
Console.WriteLine($"estimated inference time {microseconds} us");
return 0;

// Submits a job and follows its events to the end.
async Task<Job> RunAsync(JobSpec spec)
{
    var job = await hub.SubmitJobAsync(new SubmitJobRequest { Spec = spec });
    using var events = hub.WatchJob(new WatchJobRequest { JobId = job.JobId });
    while (await events.ResponseStream.MoveNext(default))
    {
        Console.WriteLine($"{job.JobId} {events.ResponseStream.Current.State} {events.ResponseStream.Current.Message}".TrimEnd());
    }

    job = await hub.GetJobAsync(new GetJobRequest { JobId = job.JobId });
    return job.State == JobState.Success ? job : throw new InvalidOperationException($"{job.Failure.Code}: {job.Failure.Message}");
}
