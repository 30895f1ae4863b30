using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;
using Runner.QnnStep.Plugin;

namespace Runner.QnnStep.Work;

/// <summary>An ONNX model to an EPContext model with its context binary beside it.</summary>
internal static class ContextCompilation
{
    private const string Folder = "ctx";

    /// <summary>Compiles.</summary>
    /// <returns>The EPContext model and the binary, both relative.</returns>
    public static (string Onnx, string Binary) Run(QnnPlugin plugin, string model, IReadOnlyList<QnnSoc> socs, IReadOnlyDictionary<string, string> options, bool quantizedIo)
    {
        string onnx = $"{Folder}/model.onnx";
        Directory.CreateDirectory(Folder);
        plugin.Compile(model, Session(onnx, quantizedIo), Provider(plugin, socs, options, quantizedIo));
        string binary = $"{Folder}/model_qnn.bin";
        if (!File.Exists(onnx) || !File.Exists(binary))
        {
            throw new QnnStepException(FailureCode.QnnUnsupported, "the plug-in took no node of the model: it holds nothing to compute, or only shapes that are not known");
        }

        RequireWhole(onnx, quantizedIo);
        return (onnx, binary);
    }

    /// <summary>Session entries that make a session write an EPContext model.</summary>
    public static Dictionary<string, string> Session(string onnx, bool quantizedIo = false)
    {
        var entries = new Dictionary<string, string>
        {
            ["ep.context_enable"] = "1",
            ["ep.context_file_path"] = onnx,
            ["ep.context_embed_mode"] = "0",
        };
        if (!quantizedIo)
        {
            entries["session.disable_cpu_ep_fallback"] = "1";
        }

        return entries;
    }

    /// <summary>Provider options of a compilation for chips.</summary>
    public static Dictionary<string, string> Provider(QnnPlugin plugin, IReadOnlyList<QnnSoc> socs, IReadOnlyDictionary<string, string> options, bool quantizedIo)
    {
        var provider = new Dictionary<string, string>(options)
        {
            ["backend_path"] = plugin.HtpLibrary,
            ["soc_model"] = string.Join(',', socs.Select(soc => soc.Id)),
            ["htp_arch"] = string.Join(',', socs.Select(soc => soc.Arch)),
        };
        if (quantizedIo)
        {
            provider["offload_graph_io_quantization"] = "1";
        }

        return provider;
    }

    // With quantized inputs and outputs the fallback to the CPU has to be on, so that the roundings at the border stay outside: nothing else may.
    private static void RequireWhole(string onnx, bool quantizedIo)
    {
        using var file = OnnxFile.Open(onnx);
        var graph = file.Model.Graph;
        var contexts = EpContextModel.NodesOf(file.Model);
        var outside = graph.Nodes.Except(contexts).Where(node => !(quantizedIo && IsBorder(graph, node)))
            .Select(node => new FailureDetail { Code = FailureCode.QnnUnsupported, Reason = node.OpType, Subject = node.Name, Message = $"the Hexagon processor cannot compute {node.OpType} '{node.Name}'" }).ToList();
        if (outside.Count > 0)
        {
            throw new QnnStepException(outside);
        }

        if (contexts.Count != 1)
        {
            throw new QnnStepException(FailureCode.QnnUnsupported, $"the plug-in made {contexts.Count} graphs of the model; it must be one, with every node in it");
        }
    }

    private static bool IsBorder(GraphProto graph, NodeProto node) =>
        (node.OpType == "QuantizeLinear" && graph.Inputs.Exists(input => input.Name == node.Input(0)))
        || (node.OpType == "DequantizeLinear" && graph.Outputs.Exists(output => output.Name == node.Output(0)));
}
