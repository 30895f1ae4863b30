namespace Onnx.Model.Analysis.Canonical;

/// <summary>
/// Before opset 13 Softmax, LogSoftmax and Hardmax worked on the input seen as a matrix: dimensions before the axis are
/// rows, all from the axis on are one row's elements.
/// </summary>
internal static class OldSoftmax
{
    public static IEnumerable<NodeProto> Apply(Rewrite r)
    {
        var shape = r.Fact(0).Shape ?? throw new OnnxGraphException(GraphError.ShapeMismatch, "the rank of the input is not known");
        long given = r.Node.Int("axis", 1);
        long axis = given < 0 ? given + shape.Length : given;
        if (axis < 0 || axis > shape.Length)
        {
            throw new OnnxGraphException(GraphError.InvalidNode, $"axis {given} does not exist in rank {shape.Length}");
        }

        if (axis < shape.Length && shape.Skip((int)axis + 1).All(dim => dim == 1))
        {
            return [r.New(r.Node.OpType, [r.Node.Input(0)], [r.Node.Output(0)], AttributeProto.From("axis", axis))];
        }

        string flat = r.Fresh("flat"), result = r.Fresh("result"), dims = r.Fresh("shape");
        return
        [
            r.New("Flatten", [r.Node.Input(0)], [flat], AttributeProto.From("axis", axis)),
            r.New(r.Node.OpType, [flat], [result], AttributeProto.From("axis", 1L)),
            r.New("Shape", [r.Node.Input(0)], [dims]),
            r.New("Reshape", [result, dims], [r.Node.Output(0)], AttributeProto.From("allowzero", 1L)),
        ];
    }
}
