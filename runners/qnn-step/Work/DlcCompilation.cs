using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;
using Runner.QnnStep.Plugin;

namespace Runner.QnnStep.Work;

/// <summary>An ONNX model to a DLC.</summary>
internal static class DlcCompilation
{
    private const string Folder = "dlc";

    public static QnnResponse Run(QnnPlugin plugin, StagedModel staged, QnnCompile asked)
    {
        if (asked.Socs.Count > 1)
        {
            throw new QnnStepException(FailureCode.QnnMultiSoc, "a DLC is for every chip; it can be checked against one");
        }

        plugin.Compile(staged.File, new Dictionary<string, string> { ["session.disable_cpu_ep_fallback"] = "1" }, Provider(plugin, asked));
        string[] written = Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.dlc") : [];
        if (written is not [var file])
        {
            throw new QnnStepException(FailureCode.QnnUnsupported, $"the plug-in wrote {written.Length} DLC files for the model; it must be one, with every node in it");
        }

        byte[] bytes = File.ReadAllBytes(file);
        var archive = DlcArchive.Read(bytes);
        DlcMetadata.SetConstantTimes(archive);
        File.WriteAllBytes(asked.Output, bytes);
        var response = new QnnResponse { BuildId = DlcMetadata.BuildOf(archive), OnnxRuntime = plugin.OnnxRuntimeVersion };
        response.SocModels.AddRange(asked.Socs.Select(soc => soc.Id));
        response.Graphs.Add(new QnnGraph { Name = Path.GetFileNameWithoutExtension(file), UserName = staged.GraphName });
        return response;
    }

    // For a known chip the HTP library looks at the graph as well: the same DLC, but what the chip cannot do fails here.
    private static Dictionary<string, string> Provider(QnnPlugin plugin, QnnCompile asked)
    {
        var provider = asked.Socs.Count == 0
            ? new Dictionary<string, string> { ["backend_path"] = plugin.IrLibrary }
            : ContextCompilation.Provider(plugin, asked.Socs, asked.ProviderOptions, quantizedIo: false);
        if (asked.Socs.Count > 0)
        {
            provider["qnn_ir_backend_path"] = plugin.IrLibrary;
        }

        provider["dump_qnn_ir_dlc"] = "1";
        provider["dump_qnn_ir_dlc_dir"] = Folder;
        return provider;
    }
}
