using Onnx.Tflite.Ir;
using Onnx.Tflite.Layout;

namespace Onnx.Tflite.Passes;

/// <summary>Decides how every tensor is stored and inserts the transposes that are left. Dimensions are the stored ones from here on.</summary>
internal static class LayoutPass
{
    public static void Run(Subgraph graph, PassContext context)
    {
        var options = context.Options;
        bool IsChannelLast(Tensor tensor) => options.ChannelLastInputs.Contains(tensor.Name) || options.ChannelLastOutputs.Contains(tensor.Name);
        var problem = new LayoutProblem(graph, IsChannelLast);
        LayoutSolver.Solve(problem);
        LayoutApplication.Apply(problem, graph, context.Names);
    }
}
