using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Values that follow from shapes, and sequences of numbers.</summary>
internal static class ShapeLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Shape", Shape) { Types = "all", Builtins = "SHAPE, SLICE; constant where the shape is known" },
        new("Size", Size) { Types = "all", Builtins = "SHAPE, REDUCE_PROD; constant where the shape is known" },
        new("ConstantOfShape", ConstantOfShape) { Types = "all", Builtins = "FILL" },
        new("Range", Range) { Types = "float, int16-int64", Builtins = "RANGE, CAST" },
        new("EyeLike", EyeLike) { Types = "all", Builtins = "constant", Limits = "known shape" },
    ];

    private static void Shape(LoweringNode n)
    {
        var x = n.In(0);
        var (start, end) = (n.Node.Int("start", 0), n.Node.Int("end", x.Rank));
        int from = (int)Math.Clamp(start < 0 ? start + x.Rank : start, 0, x.Rank), to = (int)Math.Clamp(end < 0 ? end + x.Rank : end, 0, x.Rank);
        n.Out(0, n.B.Cast(n.B.Slice(n.B.ShapeOf(x), 0, from, to - from), n.OutType(0)));
    }

    private static void Size(LoweringNode n) =>
        n.Out(0, n.B.Cast(n.B.Reshape(n.B.Reduce(BuiltinOperator.ReduceProd, n.B.ShapeOf(n.In(0)), [0]), []), n.OutType(0)));

    private static void ConstantOfShape(LoweringNode n)
    {
        var type = n.OutType(0);
        double value = n.Node.Attribute("value") is { } given ? TensorReading.Doubles(given.Tensor)[0] : 0;
        var number = n.B.Number(type, value);
        var shape = n.OutShape(0);
        var fill = type is TensorType.Float32 or TensorType.Int32 or TensorType.Int64 or TensorType.Bool ? number : n.B.Number(TensorType.Int32, value);
        var dims = n.Elements(0) is not null ? new Building.RuntimeShape(n.B).Vector(shape) : n.B.Cast(n.In(0), TensorType.Int32);
        n.Out(0, n.B.Cast(n.B.Fill(dims, fill, shape), type));
    }

    private static void Range(LoweringNode n)
    {
        var type = n.In(0).Type is TensorType.Float32 or TensorType.Int32 or TensorType.Int64 ? n.In(0).Type : n.In(0).Type == TensorType.Float64 ? TensorType.Float32 : TensorType.Int32;
        Tensor?[] inputs = [.. Enumerable.Range(0, 3).Select(i => n.B.Reshape(n.B.Cast(n.In(i), type), []))];
        n.Out(0, n.B.Cast(n.B.Add(BuiltinOperator.Range, new EmptyOptions(73), inputs, type, n.OutShape(0)), n.OutType(0)));
    }

    private static void EyeLike(LoweringNode n)
    {
        var shape = n.OutShape(0);
        if (shape.Length != 2 || Array.Exists(shape, dim => !dim.IsKnown))
        {
            throw n.Dynamic("EyeLike of an open shape");
        }

        long k = n.Node.Int("k", 0), rows = shape[0].Value, columns = shape[1].Value;
        var values = new long[rows * columns];
        for (long row = Math.Max(0, -k); row < rows && row + k < columns; row++)
        {
            values[(row * columns) + row + k] = 1;
        }

        n.Out(0, n.B.Cast(n.B.Constant<long>(TensorType.Int64, [rows, columns], values), n.OutType(0)));
    }
}
