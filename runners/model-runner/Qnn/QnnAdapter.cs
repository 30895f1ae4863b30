using Microsoft.ML.OnnxRuntime;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains;
using Platform.Toolchains.Qnn;
using Runner.Model.Runtimes;

namespace Runner.Model.Qnn;

/// <summary>QNN's HTP library through the plug-in of ONNX Runtime. On x86-64 the library emulates the Hexagon processor: same numbers, no speed.</summary>
internal sealed class QnnAdapter : RuntimeAdapter
{
    private const string Provider = "QNNExecutionProvider";

    private static IReadOnlyList<OrtEpDevice>? s_devices;

    public override Platform.Contracts.Runner.V1.Runtime Kind => Platform.Contracts.Runner.V1.Runtime.QnnHtp;

    public override RuntimeVersion Probe(Settings settings)
    {
        string folder = QnnFolder.Find();
        Devices(folder);
        return new RuntimeVersion { Runtime = Kind, Version = Version(folder), Library = Path.Combine(folder, "libQnnHtp.so") };
    }

    public override ModelSession Open(string path, Settings settings, IReadOnlyList<string> extraOutputs)
    {
        if (extraOutputs.Count > 0)
        {
            throw new RunnerException("INPUT_MISMATCH", "a compiled model has no inner values to give");
        }

        string folder = QnnFolder.Find();
        var model = QnnModel.Open(path, folder);
        return new QnnSession(Create(model, folder, []), model, Version(folder));
    }

    public override OperatorPass OpenProfiled(string path, Settings settings)
    {
        string folder = QnnFolder.Find();
        var model = QnnModel.Open(path, folder);
        string profile = Path.Combine(Path.GetTempPath(), "qnn-profile.csv");
        var options = new Dictionary<string, string> { ["profiling_level"] = "detailed", ["profiling_file_path"] = profile };
        return new QnnOperatorPass(() => new QnnSession(Create(model, folder, options), model, Version(folder)), profile);
    }

    private static InferenceSession Create(QnnModel model, string folder, Dictionary<string, string> profiling)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
        options.AppendExecutionProvider(OrtEnv.Instance(), Devices(folder), new Dictionary<string, string>(profiling) { ["backend_path"] = Path.Combine(folder, "libQnnHtp.so") });
        try
        {
            return new InferenceSession(model.Path, options);
        }
        catch (OnnxRuntimeException problem)
        {
            throw Failure(problem);
        }
    }

    private static RunnerException Failure(OnnxRuntimeException problem) => QnnSentences.Find(problem.Message) is var (code, message)
        ? new RunnerException(CodeName.Of(code), $"{message}: {problem.Message}", problem)
        : new RunnerException("MODEL_LOAD_FAILED", problem.Message, problem);

    private static IReadOnlyList<OrtEpDevice> Devices(string folder)
    {
        if (s_devices is not null)
        {
            return s_devices;
        }

        var environment = OrtEnv.Instance();
        environment.DisableTelemetryEvents();
        try
        {
            environment.RegisterExecutionProviderLibrary(Provider, QnnFolder.PluginOf(folder));
        }
        catch (OnnxRuntimeException problem)
        {
            throw new RunnerException("RUNTIME_MISSING", $"the plug-in in {folder} does not load: {problem.Message}", problem);
        }

        return s_devices = [.. environment.GetEpDevices().Where(device => device.EpName == Provider).Take(1)];
    }

    private static string Version(string folder) => $"{QnnFolder.VersionOf(folder)} emulated";
}
