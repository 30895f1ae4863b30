using Onnx.Model.Analysis;

namespace Onnx.Tflite.Lowering;

/// <summary>Problems that analysis found, as refusals.</summary>
internal static class ProblemRefusal
{
    public static ConversionRefusal Of(GraphProblem problem)
    {
        var (code, advice) = problem.Error switch
        {
            GraphError.UnknownOperator => (ReasonCode.UnsupportedOperator, "replace the operator before export, or convert to ONNX instead"),
            GraphError.ObsoleteForm => (ReasonCode.ObsoleteForm, "export the model again with a newer operator set"),
            GraphError.UndefinedValue or GraphError.DuplicateValue or GraphError.MissingOpset or GraphError.RecursiveFunction => (ReasonCode.InvalidGraph, "correct the model"),
            GraphError.ShapeTooComplex => (ReasonCode.DynamicShape, "fix the input shapes with --input"),
            _ => (ReasonCode.InvalidNode, "correct the model; an ONNX checker names the same node"),
        };
        return new ConversionRefusal(code, problem.Node, problem.OpType, problem.Message, advice);
    }
}
