namespace Onnx.Model.Analysis.Inlining;

/// <summary>Joins what the turns of a loop gave along a new axis.</summary>
internal static class Stacking
{
    public static void Stack(AnalysisContext context, List<string> values, string output, long axis, ValueInfoProto declared)
    {
        if (output.Length == 0)
        {
            return;
        }

        if (values.Count == 0)
        {
            DefineEmpty(context, output, declared);
            return;
        }

        string axes = context.Constant("axes", TensorWriting.Int64s("", [axis]));
        var slices = new List<string>();
        foreach (string value in values)
        {
            string slice = context.Session.Fresh(value);
            context.Emit(new NodeProto { OpType = "Unsqueeze", Name = slice, Inputs = { value, axes }, Outputs = { slice } });
            slices.Add(slice);
        }

        context.Emit(new NodeProto { OpType = "Concat", Name = output, Inputs = slices, Outputs = { output }, Attributes = { AttributeProto.From("axis", axis) } });
    }

    private static void DefineEmpty(AnalysisContext context, string output, ValueInfoProto declared)
    {
        if (declared.Type is not TypeProto.Tensor { Shape: { } shape } tensor || Array.Exists(shape, dim => dim.Value is null))
        {
            throw new OnnxGraphException(GraphError.ShapeMismatch, $"'{output}' collects no turn, and its body does not say the shape of one");
        }

        context.Define(output, ValueFact.OfConstant(new TensorProto { Name = output, DataType = tensor.ElementType, Dims = [0, .. shape.Select(dim => dim.Value!.Value)] }));
    }
}
