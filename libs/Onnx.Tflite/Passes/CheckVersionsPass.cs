using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;
using Onnx.Tflite.Writing;

namespace Onnx.Tflite.Passes;

/// <summary>Refuses operators whose lowest sufficient version is newer than the oldest runtime that the product must run on.</summary>
internal static class CheckVersionsPass
{
    public static void Run(Subgraph graph, PassContext context)
    {
        foreach (var op in graph.Operators)
        {
            int version = OperatorVersions.Of(op);
            var runtime = OperatorVersions.RuntimeOf(op.Code, version);
            if (runtime > context.Options.MinRuntime)
            {
                context.Notes.Refusals.Add(new ConversionRefusal(
                    ReasonCode.RuntimeTooOld, op.Origin, OperatorNames.Of(op.Code), $"version {version} of {OperatorNames.Of(op.Code)} came with runtime {runtime}, and {context.Options.MinRuntime} has to run the product", $"set min_runtime to {runtime}"));
            }
        }
    }
}
