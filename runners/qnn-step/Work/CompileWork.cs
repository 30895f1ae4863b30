using Microsoft.ML.OnnxRuntime;
using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;
using Runner.QnnStep.Native;
using Runner.QnnStep.Plugin;

namespace Runner.QnnStep.Work;

/// <summary>One ONNX model to one product.</summary>
internal static class CompileWork
{
    public static QnnResponse Run(QnnRequest request)
    {
        var asked = request.Compile;
        var staged = StagedModel.Stage(asked.Model, asked.GraphName, asked);
        var plugin = QnnPlugin.Load(request);
        try
        {
            return asked.Product == QnnProduct.Dlc ? DlcCompilation.Run(plugin, staged, request) : ToContext(request, plugin, staged);
        }
        catch (OnnxRuntimeException problem)
        {
            var notes = NodeNotes.Find(staged.File);
            if (LeftNodes.AreNotNamed(problem.Message))
            {
                LeftNodes.Add(notes, plugin, staged.File, asked);
            }

            return new QnnResponse { Error = problem.Message, NodeNotes = { notes } };
        }
    }

    private static QnnResponse ToContext(QnnRequest request, QnnPlugin plugin, StagedModel staged)
    {
        var asked = request.Compile;
        if (asked.Socs.Count == 0)
        {
            throw new QnnStepException(FailureCode.QnnSocRequired, "a context binary is bound to a chip: name a device, or its chip");
        }

        var (onnx, binary) = ContextCompilation.Run(plugin, staged.File, asked.Socs, asked.ProviderOptions, asked.QuantizedIo);
        var response = ContextFacts.Read(SystemLibrary.Load(request.Libraries), onnx, binary, asked.Socs);
        response.OnnxRuntime = plugin.OnnxRuntimeVersion;
        foreach (var graph in response.Graphs)
        {
            graph.UserName = staged.GraphName;
        }

        if (asked.QuantizedIo)
        {
            using var file = OnnxFile.Open(onnx);
            EpContextModel.Strip(file.Model, response.Graphs[0].Inputs, response.Graphs[0].Outputs);
            OnnxFile.Save(file.Model, onnx = Path.Combine(Path.GetDirectoryName(onnx)!, "stripped.onnx"));
        }

        Products.Write(asked.Product, onnx, binary, asked.Output);
        return response;
    }
}
