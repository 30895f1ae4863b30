using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Operators that give the same elements another shape.</summary>
internal static class ReshapeLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Identity", n => n.Out(0, n.In(0))) { Types = "all", Builtins = "none" },
        new("Reshape", Reshape) { Types = "all", Builtins = "RESHAPE, CAST" },
        new("Flatten", n => n.Out(0, n.B.Reshape(n.In(0), n.OutShape(0)))) { Types = "all", Builtins = "RESHAPE" },
        new("Squeeze", n => n.Out(0, n.B.Reshape(n.In(0), Settled(n)))) { Types = "all", Builtins = "RESHAPE" },
        new("Unsqueeze", n => n.Out(0, n.B.Reshape(n.In(0), Settled(n)))) { Types = "all", Builtins = "RESHAPE" },
    ];

    private static void Reshape(LoweringNode n)
    {
        var x = n.In(0);
        if (n.Elements(1) is not null)
        {
            n.Out(0, n.B.Reshape(x, n.OutShape(0)));
            return;
        }

        n.Out(0, n.B.Add(BuiltinOperator.Reshape, new ReshapeOptions(null, FromModel: true), [x, RuntimeTarget(n, x)], x.Type, n.OutShape(0)));
    }

    // A zero copies the operand's dimension; the kernel would take it as an empty axis.
    private static Tensor RuntimeTarget(LoweringNode n, Tensor x)
    {
        var wanted = n.B.Cast(n.In(1), TensorType.Int32);
        if (n.Node.Int("allowzero", 0) != 0 || wanted.Shape is not [{ IsKnown: true } length])
        {
            return wanted;
        }

        int rank = (int)length.Value;
        var own = n.B.ShapeOf(x);
        var aligned = rank == x.Rank ? own
            : rank < x.Rank ? n.B.Slice(own, 0, 0, rank)
            : n.B.Concat([own, n.B.Int32s([.. Enumerable.Repeat(0, rank - x.Rank)])], 0);
        return n.B.Select(n.B.Equal(wanted, n.B.Int32(0)), aligned, wanted);
    }

    private static SymInt[] Settled(LoweringNode n)
    {
        var shape = n.OutShape(0);
        // Axes that are inputs move no data; the shape they give is the one that the model declares.
        return n.Has(1) && n.Ints(1) is null && Array.Exists(shape, dim => dim.IsDataDependent) ? throw n.NotConstant("the axes") : shape;
    }
}
