using Microsoft.ML.OnnxRuntime;
using Onnx.Model;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;
using Runner.QnnStep.Plugin;

namespace Runner.QnnStep.Work;

/// <summary>
/// Nodes that the Hexagon processor does not take. The library does not name all that it refuses; compiled again with the fallback to the
/// CPU, the model shows them: they stand beside the context binary.
/// </summary>
internal static class LeftNodes
{
    private const string Folder = "left";
    private const string Refused = "fallback to CPU EP has been explicitly disabled";

    /// <summary>Whether the failure says that nodes are left without saying which.</summary>
    public static bool AreNotNamed(string error) => error.Contains(Refused, StringComparison.Ordinal);

    /// <summary>Adds a note for every node that is left and has none.</summary>
    public static void Add(IDictionary<string, string> notes, QnnPlugin plugin, string model, QnnCompile asked)
    {
        // A DLC for any chip is held against one of the middle of the range.
        var socs = asked.Socs.Count > 0 ? asked.Socs.Take(1).ToList() : [InspectWork.AnyChip];
        string onnx = $"{Folder}/model.onnx";
        try
        {
            Directory.CreateDirectory(Folder);
            var session = ContextCompilation.Session(onnx);
            session.Remove("session.disable_cpu_ep_fallback");
            plugin.Compile(model, session, ContextCompilation.Provider(plugin, socs, asked.ProviderOptions, quantizedIo: false));

            // Without a file not one node was taken.
            using var file = OnnxFile.Open(File.Exists(onnx) ? onnx : model);
            foreach (var node in file.Model.Graph.Nodes.Except(EpContextModel.NodesOf(file.Model)).Where(node => node.OpType is not ("QuantizeLinear" or "DequantizeLinear")))
            {
                notes.TryAdd(node.Name.Length > 0 ? node.Name : node.Output(0), $"{node.OpType} with its attributes, shapes and data types as they stand in the model");
            }
        }
        catch (Exception problem) when (problem is OnnxRuntimeException or OnnxFormatException)
        {
            // Only the names are lost: the refusal itself stands.
            Console.Error.WriteLine($"qnn-step: the nodes that are left cannot be found: {problem.Message}");
        }
    }
}
