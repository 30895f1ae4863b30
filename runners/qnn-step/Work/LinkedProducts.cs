using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;

namespace Runner.QnnStep.Work;

/// <summary>A linked binary as it is, or inside an ONNX model (<c>embed_in_onnx</c>), which runs its one graph.</summary>
internal static class LinkedProducts
{
    public static void Write(QnnLink asked, QnnResponse response, string binary)
    {
        if (asked.Product == QnnProduct.ContextBinary)
        {
            File.Move(binary, asked.Output);
            return;
        }

        if (response.Graphs is not [var graph])
        {
            throw new QnnStepException(FailureCode.OptionConflict, $"embed_in_onnx takes a binary with one graph; this one has {response.Graphs.Count}", "embed_in_onnx");
        }

        var model = EpContextModel.Wrap(binary, graph.Name, graph.Inputs, graph.Outputs);
        OnnxFile.Save(model, "wrapped.onnx");
        Products.Write(asked.Product, "wrapped.onnx", binary, asked.Output);
    }
}
