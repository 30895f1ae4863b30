using Microsoft.ML.OnnxRuntime;

// The yardstick of bench/QnnStep: the ONNX Runtime calls of a context binary and nothing else.
// qnn-bare FOLDER_OF_THE_PLUGIN MODEL.onnx SOC ARCH
var environment = OrtEnv.Instance();
environment.DisableTelemetryEvents();
environment.RegisterExecutionProviderLibrary("QNNExecutionProvider", Path.Combine(args[0], "libonnxruntime_providers_qnn.so"));
var devices = environment.GetEpDevices().Where(device => device.EpName == "QNNExecutionProvider").Take(1).ToList();
using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
options.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
options.AddSessionConfigEntry("ep.context_enable", "1");
options.AddSessionConfigEntry("ep.context_file_path", "out.onnx");
options.AddSessionConfigEntry("ep.context_embed_mode", "0");
options.AppendExecutionProvider(environment, devices, new Dictionary<string, string>
{
    ["backend_path"] = Path.Combine(args[0], "libQnnHtp.so"), ["soc_model"] = args[2], ["htp_arch"] = args[3],
});
using (new InferenceSession(args[1], options))
{
    return File.Exists("out_qnn.bin") ? 0 : 1;
}
