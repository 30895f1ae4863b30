using System.IO.Compression;
using Onnx.Model;
using Onnx.Model.Analysis;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;
using Runner.QnnStep.Native;
using TensorSpec = Platform.Contracts.Hub.V1.TensorSpec;

namespace Runner.QnnStep.Work;

/// <summary>What a fresh context binary says of itself, held against what was asked for.</summary>
internal static class ContextFacts
{
    /// <summary>Reads and checks.</summary>
    /// <exception cref="QnnStepException">RESULT: the binary is for another chip.</exception>
    public static QnnResponse Read(SystemLibrary system, string onnx, string binary, IReadOnlyList<QnnSoc> asked)
    {
        using var file = OnnxFile.Open(onnx);
        var response = asked.Count > 1 ? ReadArchive(file.Model, binary, asked) : system.Read(File.ReadAllBytes(binary));
        string build = EpContextModel.BuildOf(file.Model);
        response.BuildId = build.Length > 0 ? build : response.BuildId;
        if (!response.SocModels.SequenceEqual(asked.Select(soc => soc.Id)))
        {
            throw new QnnStepException(
                FailureCode.QnnSocMismatch, $"the binary is for soc-model {string.Join(", ", response.SocModels)}, not for {string.Join(", ", asked.Select(soc => soc.Id))}");
        }

        return response;
    }

    // A file for several chips is an archive with a cache for each, named by the chip.
    private static QnnResponse ReadArchive(ModelProto model, string binary, IReadOnlyList<QnnSoc> asked)
    {
        using var archive = ZipFile.OpenRead(binary);
        var response = new QnnResponse();
        response.Files.AddRange(archive.Entries.Select(entry => entry.FullName));
        foreach (var soc in asked)
        {
            string name = SocTable.Find(soc.Id)!.Name;
            if (response.Files.Any(file => file.Contains($".{name}.", StringComparison.OrdinalIgnoreCase)))
            {
                response.SocModels.Add(soc.Id);
            }
        }

        foreach (var node in EpContextModel.NodesOf(model))
        {
            response.Graphs.Add(new QnnGraph { Name = EpContextModel.GraphOf(node), Inputs = { Specs(model.Graph, model.Graph.Inputs) }, Outputs = { Specs(model.Graph, model.Graph.Outputs) } });
        }

        return response;
    }

    private static IEnumerable<TensorSpec> Specs(GraphProto graph, IEnumerable<ValueInfoProto> values) => values.Where(value => value.Type is TypeProto.Tensor).Select(value =>
    {
        var tensor = (TypeProto.Tensor)value.Type;
        var spec = new TensorSpec { Name = value.Name, Dtype = tensor.ElementType.ToNumpyName() };
        spec.Shape.AddRange((tensor.Shape ?? []).Select(dim => checked((int)(dim.Value ?? -1))));
        Quantize(graph, spec);
        return spec;
    });

    // A rounding that stands between the border and the binary says what the binary takes or gives.
    private static void Quantize(GraphProto graph, TensorSpec spec)
    {
        var rounding = graph.Nodes.Find(node => (node.OpType == "QuantizeLinear" && node.Input(0) == spec.Name) || (node.OpType == "DequantizeLinear" && node.Output(0) == spec.Name));
        if (graph.Initializers.Find(tensor => tensor.Name == rounding?.Input(2)) is { } zero && graph.Initializers.Find(tensor => tensor.Name == rounding?.Input(1)) is { } scale)
        {
            spec.Dtype = zero.DataType.ToNumpyName();
            spec.Scale = TensorReading.Floats(scale)[0];
            spec.ZeroPoint = TensorReading.Int64s(zero)[0];
        }
    }
}
