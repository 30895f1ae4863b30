using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>gather and scatter: elements along one dimension at positions of the same rank.</summary>
internal static class ScatterOperators
{
    private const int ExtremeOpset = 18;

    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("gather", "GatherElements", Gather),
        Of("scatter.src", "ScatterElements", c => Scatter(c, c.InResultType("self"), Source(c, c.InResultType("src"), "src"), "none")),
        Of("scatter.value", "ScatterElements", c => Scatter(c, c.InResultType("self"), Filled(c, c.InResultType("value")), "none")),
        Of("scatter.reduce", "ScatterElements", c => Scatter(c, c.InResultType("self"), Source(c, c.InResultType("src"), "src"), Reduction(c))),
        Of("scatter.value_reduce", "ScatterElements", c => Scatter(c, c.InResultType("self"), Filled(c, c.InResultType("value")), Reduction(c))),
        Of("scatter_add", "ScatterElements", c => Scatter(c, c.InResultType("self"), Source(c, c.InResultType("src"), "src"), "add")),
        Of("scatter_reduce.two", "ScatterElements", ScatterReduce),
        Of("index_reduce", "Expand, ScatterElements", IndexReduce),
    ];

    private static Value Gather(OperatorCall c)
    {
        var tensor = c.Tensor("self");
        var index = c.Real("index");
        if (tensor.IsComplex)
        {
            throw CallOperands.Complex();
        }

        if (tensor.Rank == 0 || index.Rank == 0)
        {
            var picked = c.B.Gather(c.B.Flatten1D(tensor.Value), c.B.Flatten1D(index.Value), 0);
            return c.Reshape(picked, [new SymInt(0, "picked")], c.Result.Sizes);
        }

        int axis = c.Dim("dim", tensor.Rank);
        return c.B.Op("GatherElements", [Narrowed(c, tensor.Value, tensor.Sizes, index, axis), index.Value], Attr.From("axis", axis));
    }

    // Positions may be fewer than the elements in other dimensions: those beyond are never looked at.
    private static Value Narrowed(OperatorCall c, Value x, SymInt[] sizes, Tensor index, int axis)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            if (i != axis && sizes[i] != index.Sizes[i])
            {
                x = c.B.Slice(x, i, c.B.Constants.Integers(0), c.Sizes.SizeOf(index, i).ToPiece(c.B));
            }
        }

        return x;
    }

    private static Value Source(OperatorCall c, Value source, string name)
    {
        var index = c.Real("index");
        return index.Rank == 0 ? c.B.Flatten1D(source) : Narrowed(c, source, c.Real(name).Sizes, index, -1);
    }

    private static Value Filled(OperatorCall c, Value value) => c.B.Expand(value, c.Real("index").Rank == 0 ? c.B.Constants.Integers(1) : c.B.Shape(c.In("index")));

    private static string Reduction(OperatorCall c) => c.Text("reduce") switch
    {
        "add" => "add",
        "multiply" => "mul",
        var reduction => throw LoweringException.Malformed($"scatter reduces by '{reduction}'"),
    };

    private static Value Scatter(OperatorCall c, Value target, Value updates, string reduction)
    {
        var tensor = c.Real("self");
        var index = c.Real("index");
        if (reduction is "max" or "min" && c.B.Opset < ExtremeOpset)
        {
            throw LoweringException.Opset("scatter by greatest or least", ExtremeOpset);
        }

        if (tensor.Rank == 0)
        {
            var single = Elements(c.B, c.B.Flatten1D(target), c.B.Flatten1D(index.Value), c.B.Flatten1D(updates), 0, reduction);
            return c.B.Reshape(single);
        }

        return Elements(c.B, target, index.Rank == 0 ? c.B.Flatten1D(index.Value) : index.Value, updates, c.Dim("dim", tensor.Rank), reduction);
    }

    private static Value Elements(OnnxBuilder b, Value target, Value index, Value updates, int axis, string reduction)
    {
        // Reductions have kernels for plain numbers; half and bool are computed in float and int.
        var type = reduction == "none" ? target.Type : target.Type switch { DataType.Float16 => DataType.Float, DataType.Bool => DataType.Int32, _ => target.Type };
        var written = b.Op("ScatterElements", [b.Cast(target, type), index, b.Cast(updates, type)], Attr.From("axis", axis), Attr.From("reduction", reduction));
        return b.Cast(written, target.Type);
    }

    private static Value ScatterReduce(OperatorCall c) =>
        ReduceInto(c, Source(c, c.InResultType("src"), "src"), (target, updates, reduction) => Scatter(c, target, updates, reduction), value => Filled(c, value));

    // One position for each slice: the same for all elements of the slice.
    private static Value IndexReduce(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        int axis = c.Dim("dim", tensor.Rank);
        var source = c.InResultType("source");
        if (tensor.Rank == 0 || c.Real("index").Rank != 1)
        {
            throw LoweringException.Argument("index_reduce is mapped for tensors of at least one dimension and lists of positions");
        }

        var shape = b.Shape(source);
        var index = b.Expand(b.Unsqueeze(b.Cast(c.In("index"), DataType.Int64), [.. BuilderShapes.Order(tensor.Rank - axis).Skip(1)]), shape);
        return ReduceInto(c, source, (target, updates, reduction) => Elements(b, target, index, updates, axis, reduction), value => b.Expand(value, shape));
    }

    private static Value ReduceInto(OperatorCall c, Value source, Func<Value, Value, string, Value> scatter, Func<Value, Value> fill)
    {
        string reduce = c.Text("reduce");
        var target = c.InResultType("self");
        if (!c.Bool("include_self"))
        {
            // What is written starts from the number that changes nothing.
            target = scatter(target, fill(c.Const(Neutral(c, reduce))), "none");
        }

        string reduction = reduce switch { "sum" or "mean" => "add", "prod" => "mul", "amax" => "max", "amin" => "min", _ => throw LoweringException.Malformed($"scatter_reduce by '{reduce}'") };
        if (reduction is "max" or "min" && c.B.Opset < ExtremeOpset)
        {
            throw LoweringException.Opset("scatter by greatest or least", ExtremeOpset);
        }

        var reduced = scatter(target, source, reduction);
        return reduce == "mean" ? Mean(c, reduced, scatter, fill) : reduced;
    }

    private static double Neutral(OperatorCall c, string reduce) => reduce switch
    {
        "prod" => 1,
        "amax" => c.Result.Type.IsFloat() ? double.NegativeInfinity : Least(c.Result.Type),
        "amin" => c.Result.Type.IsFloat() ? double.PositiveInfinity : -1 - Least(c.Result.Type),
        _ => 0,
    };

    private static double Least(ScalarType type) => type switch
    {
        ScalarType.Char => sbyte.MinValue,
        ScalarType.Short => short.MinValue,
        ScalarType.Int => int.MinValue,
        ScalarType.Long => long.MinValue,
        _ => throw LoweringException.Type($"extremes of {type.TorchName()} are not mapped"),
    };

    private static Value Mean(OperatorCall c, Value sum, Func<Value, Value, string, Value> scatter, Func<Value, Value> fill)
    {
        var b = c.B;
        var ones = b.Expand(b.Like(sum, 1), b.Shape(c.In("self")));
        var start = c.Bool("include_self") ? ones : scatter(ones, fill(b.Like(sum, 0)), "none");
        var count = scatter(start, fill(b.Like(sum, 1)), "add");
        return sum.Type.IsFloatingPoint() ? b.Div(sum, count) : b.Div(b.Sub(sum, b.Op("Mod", sum, count)), count);
    }
}
