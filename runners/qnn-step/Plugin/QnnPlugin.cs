using Microsoft.ML.OnnxRuntime;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;

namespace Runner.QnnStep.Plugin;

/// <summary>ONNX Runtime with the QNN execution provider registered.</summary>
internal sealed class QnnPlugin
{
    private const string Provider = "QNNExecutionProvider";

    private readonly OrtEnv _environment;
    private readonly List<OrtEpDevice> _devices;
    private readonly string _libraries;

    private QnnPlugin(OrtEnv environment, List<OrtEpDevice> devices, string libraries)
    {
        (_environment, _devices, _libraries) = (environment, devices, libraries);
    }

    public string OnnxRuntimeVersion => _environment.GetVersionString();

    /// <summary>The library that prepares graphs for the Hexagon processor, and emulates it.</summary>
    public string HtpLibrary => Path.Combine(_libraries, "libQnnHtp.so");

    /// <summary>The library that writes DLC files.</summary>
    public string IrLibrary => Path.Combine(_libraries, "libQnnIr.so");

    public static QnnPlugin Load(QnnRequest request)
    {
        var options = new EnvironmentCreationOptions { logId = "qnn-step", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        var environment = OrtEnv.CreateInstanceWithOptions(ref options);

        // The runtime would send usage data to its maker.
        environment.DisableTelemetryEvents();
        environment.RegisterExecutionProviderLibrary(Provider, Path.Combine(request.Plugin, "libonnxruntime_providers_qnn.so"));
        var devices = environment.GetEpDevices().Where(device => device.EpName == Provider).Take(1).ToList();
        return devices.Count > 0
            ? new QnnPlugin(environment, devices, request.Libraries)
            : throw new QnnStepException(FailureCode.RuntimeMissing, "ONNX Runtime took the plug-in but sees no device of it");
    }

    /// <summary>Makes a session and lets it go: with the context options that is a compilation.</summary>
    /// <exception cref="OnnxRuntimeException">In the vendor's words.</exception>
    public void Compile(string model, IEnumerable<KeyValuePair<string, string>> session, IEnumerable<KeyValuePair<string, string>> provider)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
        foreach (var (key, value) in session)
        {
            options.AddSessionConfigEntry(key, value);
        }

        options.AppendExecutionProvider(_environment, _devices, provider.ToDictionary());
        using var compiled = new InferenceSession(model, options);
    }
}
