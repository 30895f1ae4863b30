using System.Security.Cryptography;
using Google.Protobuf;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;
using Platform.Toolchains.Options;

namespace Platform.DeviceBroker.Health;

/// <summary>The model that a health check loads and runs: y = relu(x) + x, four numbers of float32, as ONNX.</summary>
internal static class CheckModel
{
    private const string Base64 =
        "CAgSA2h1YjphChIKAXgSAXIaBHJlbHUiBFJlbHUKEwoBcgoBeBIBeRoDYWRkIgNBZGQSDGhlYWx0aF9jaGVja1oTCgF4Eg4KDAgBEggKAggBCgIIBGITCgF5Eg4KDAgBEggKAggBCgIIBEIECgAQDQ==";

    private const int Iterations = 5;
    private const double Seconds = 120;
    private const double MemoryBytes = 1 << 30;

    public static ByteString Bytes { get; } = ByteString.FromBase64(Base64);

    /// <summary>Whether a device has the runtime for it.</summary>
    public static bool RunsOn(StoredDevice device) => device.Attributes.Contains("framework:onnx");

    /// <summary>The check as a run.</summary>
    public static RunSpec Spec()
    {
        var spec = new RunSpec
        {
            JobType = JobType.Profile,
            InlineModel = Bytes,
            ModelSha256 = Convert.ToHexStringLower(SHA256.HashData(Bytes.Span)),
            ModelBytes = Bytes.Length,
            ModelFilename = "health-check.onnx",
            ModelType = ModelType.Onnx,
            Options = $"--max_profiler_iterations {Iterations}",
            Inputs = { new TensorSpec { Name = "x", Dtype = "float32", Shape = { 1, 4 } } },
            TimeoutSeconds = Seconds,
            MemoryBytes = MemoryBytes,
            Device = new DeviceSelector(),
        };
        spec.CheckedOptions.Add(CheckedOptions.Of(spec.Options, JobKinds.Profile).ToDictionary());
        return spec;
    }
}
