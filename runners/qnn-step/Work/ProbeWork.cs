using Platform.Contracts.Runner.V1;
using Runner.QnnStep.Native;
using Runner.QnnStep.Plugin;

namespace Runner.QnnStep.Work;

/// <summary>Compiles the smallest model there is: what that works with, works.</summary>
internal static class ProbeWork
{
    // An A-class chip of the middle of the range; any would do.
    private static readonly QnnSoc s_soc = new() { Id = 57, Arch = 75 };

    public static QnnResponse Run(QnnRequest request)
    {
        var plugin = QnnPlugin.Load(request);
        string model = ProbeModel.Write();
        var (onnx, binary) = ContextCompilation.Run(plugin, model, [s_soc], new Dictionary<string, string>(), quantizedIo: false);
        var response = SystemLibrary.Load(request.Libraries).Read(File.ReadAllBytes(binary));
        response.OnnxRuntime = plugin.OnnxRuntimeVersion;
        response.Files.Add(onnx);
        return response;
    }
}
