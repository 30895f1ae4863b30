using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;
using Runner.QnnStep.Native;
using Runner.QnnStep.Plugin;

namespace Runner.QnnStep.Work;

/// <summary>An ONNX model to a DLC.</summary>
internal static class DlcCompilation
{
    private const string Folder = "dlc";

    public static QnnResponse Run(QnnPlugin plugin, StagedModel staged, QnnRequest request)
    {
        var asked = request.Compile;
        if (asked.Socs.Count > 1)
        {
            throw new QnnStepException(FailureCode.QnnMultiSoc, "a DLC is for every chip; it can be checked against one");
        }

        string file = Write(plugin, staged, asked, Folder, quantizedIo: false);
        if (asked.QuantizedIo)
        {
            // Only with the fallback do the roundings at the border stay outside; that nothing else does is known from the first.
            file = Write(plugin, staged, asked, Folder + "-io", quantizedIo: true);
        }

        byte[] bytes = File.ReadAllBytes(file);
        var archive = DlcArchive.Read(bytes);
        DlcMetadata.SetConstantTimes(archive);
        File.WriteAllBytes(asked.Output, bytes);
        var response = new QnnResponse { BuildId = DlcMetadata.BuildOf(archive), OnnxRuntime = plugin.OnnxRuntimeVersion };
        response.SocModels.AddRange(asked.Socs.Select(soc => soc.Id));
        response.Graphs.Add(GraphOf(request.Libraries, asked.Output, Path.GetFileNameWithoutExtension(file)));
        response.Graphs[0].UserName = staged.GraphName;
        return response;
    }

    private static string Write(QnnPlugin plugin, StagedModel staged, QnnCompile asked, string folder, bool quantizedIo)
    {
        var session = new Dictionary<string, string>();
        if (!quantizedIo)
        {
            session["session.disable_cpu_ep_fallback"] = "1";
        }

        plugin.Compile(staged.File, session, Provider(plugin, asked, folder, quantizedIo));
        string[] written = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.dlc") : [];
        return written is [var file]
            ? file
            : throw new QnnStepException(FailureCode.QnnUnsupported, $"the plug-in wrote {written.Length} DLC files for the model; it must be one, with every node in it");
    }

    // Inputs and outputs as the vendor's library reads them, where its interface is the one that is known.
    private static QnnGraph GraphOf(string libraries, string dlc, string name)
    {
        if (HtpBackend.CoreApiOf(libraries) == InterfaceValue.CoreApi)
        {
            try
            {
                return HtpBackend.Load(libraries).Compose(SystemLibrary.Load(libraries), dlc, InspectWork.AnyChip).Single();
            }
            catch (QnnApiException problem)
            {
                // A DLC that was checked against no chip may hold what none computes: then the file alone speaks.
                Console.Error.WriteLine($"qnn-step: the DLC cannot be composed: {problem.Message}");
            }
        }

        return new QnnGraph { Name = name };
    }

    // For a known chip the HTP library looks at the graph as well: the same DLC, but what the chip cannot do fails here.
    private static Dictionary<string, string> Provider(QnnPlugin plugin, QnnCompile asked, string folder, bool quantizedIo)
    {
        var provider = asked.Socs.Count == 0
            ? new Dictionary<string, string> { ["backend_path"] = plugin.IrLibrary }
            : ContextCompilation.Provider(plugin, asked.Socs, asked.ProviderOptions, quantizedIo);
        if (asked.Socs.Count > 0)
        {
            provider["qnn_ir_backend_path"] = plugin.IrLibrary;
        }

        if (quantizedIo)
        {
            provider["offload_graph_io_quantization"] = "1";
        }

        provider["dump_qnn_ir_dlc"] = "1";
        provider["dump_qnn_ir_dlc_dir"] = folder;
        return provider;
    }
}
