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
        var options = OptionParser.Parse(spec.Options, new Dictionary<string, string>(), JobKinds.Profile, []);
        foreach (var row in OptionTable.All.Where(row => (row.Jobs & JobKinds.Profile) != 0 && options.Text(row.Name) is not null))
        {
            spec.CheckedOptions.Add(row.Name, options.Text(row.Name)!);
        }

        return spec;
    }
}
