using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Elements picked and replaced at positions that tensors hold.</summary>
internal static class IndexOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("index.Tensor _unsafe_index.Tensor", "Gather, GatherND", Index),
        Of("index_put _unsafe_index_put", "ScatterND, Where", IndexPut),
        Of("index_select", "Gather", c => c.Tensor("self").Rank == 0 ? c.Tensor("self").Value : c.B.Gather(c.Tensor("self").Value, c.In("index"), c.Dim("dim", c.Tensor("self").Rank))),
        Of("index_add", "ScatterND", c => AlongAxis(c, BinaryOperators.Scaled(c, c.InResultType("source"), "alpha"), "add")),
        Of("index_copy", "ScatterND", c => AlongAxis(c, c.InResultType("source"), "none")),
        Of("index_fill.int_Scalar index_fill.int_Tensor", "ScatterND", IndexFill),
        Of("take", "Gather", c => c.B.Gather(c.B.Flatten1D(c.In("self")), c.In("index"), 0)),
        Of("put", "ScatterND", Put),
        Of("take_along_dim", "GatherElements", TakeAlong),
        Of("nonzero argwhere", "NonZero, Transpose", NonZero),
        Many("nonzero_numpy where", "NonZero", NonZeroParts),
        Of("nonzero_static", "NonZero, Concat, Slice", NonZeroStatic),
        Of("masked_select", "Compress", c => c.B.Op("Compress", Broadcast(c, "self", "mask"), Broadcast(c, "mask", "self"))),
        Of("masked_scatter", "CumSum, Gather, Where", MaskedScatter),
    ];

    private static Value Index(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Tensor("self");
        var index = new TensorIndex(c, tensor, "indices");
        if (index.Single is { } single)
        {
            return b.Gather(tensor.Value, single.Index, single.Axis);
        }

        var gathered = b.Op("GatherND", b.Transpose(tensor.Value, index.Front), index.Stacked());
        return b.Transpose(gathered, index.ToResult());
    }

    private static Value IndexPut(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Tensor("self");
        var values = c.Tensor("values");
        bool accumulates = c.Bool("accumulate");
        var source = b.Cast(values.Value, tensor.Value.Type);
        if (Mask(c, tensor) is { } mask && (values.Rank == 0 || values.Count == 1) && !accumulates && !tensor.IsComplex)
        {
            return b.Where(mask, values.Rank == 0 ? source : b.Reshape(source), tensor.Value);
        }

        var index = new TensorIndex(c, tensor, "indices");
        var front = b.Transpose(tensor.Value, index.Front);
        var stacked = index.Stacked();
        // Values broadcast to what the index selects, in the selection's own order of dimensions.
        var selected = b.Op("GatherND", front, stacked);
        long[] toResult = index.ToResult();
        var shape = b.Gather(b.Shape(selected), b.Constants.Integers(toResult), 0);
        long[] back = Inverse(toResult);
        var updates = b.Transpose(b.Expand(source, shape), back);
        var written = b.Op("ScatterND", [front, stacked, updates], Attr.From("reduction", accumulates ? "add" : "none"));
        return b.Transpose(written, Inverse(index.Front));
    }

    // The mask, where the only index is one, with dimensions for those that it does not cover.
    private static Value? Mask(OperatorCall c, Tensor tensor) =>
        c.OptionalTensors("indices") is [{ Type: ScalarType.Bool, Rank: > 0 } mask]
            ? c.B.Unsqueeze(mask.Value, [.. Enumerable.Range(mask.Rank, tensor.Rank - mask.Rank).Select(axis => (long)axis)])
            : null;

    private static long[] Inverse(long[] order)
    {
        long[] inverse = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        return inverse;
    }

    private static Value AlongAxis(OperatorCall c, Value source, string reduction)
    {
        var b = c.B;
        var tensor = c.Real("self");
        if (tensor.Rank == 0)
        {
            return reduction == "add" ? b.Add(tensor.Value, b.Reshape(source)) : b.Reshape(source);
        }

        int axis = c.Dim("dim", tensor.Rank);
        var index = c.Real("index");
        var positions = b.Unsqueeze(index.Rank == 0 ? b.Unsqueeze(b.Cast(index.Value, DataType.Int64), 0) : b.Cast(index.Value, DataType.Int64), 1);
        // A source of another rank than the tensor lacks the indexed dimension: it is a single slice.
        var slices = c.Schema.Find("source") is not null && c.Real("source").Rank < tensor.Rank ? b.Unsqueeze(source, axis) : source;
        var written = b.Op("ScatterND", [b.Swap(tensor.Value, tensor.Rank, 0, axis), positions, b.Swap(slices, tensor.Rank, 0, axis)], Attr.From("reduction", reduction));
        return b.Swap(written, tensor.Rank, 0, axis);
    }

    private static Value IndexFill(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        if (tensor.Rank == 0)
        {
            return c.InResultType("value");
        }

        int axis = c.Dim("dim", tensor.Rank);
        var index = b.Cast(c.In("index"), DataType.Int64);
        var slices = b.Gather(tensor.Value, c.Real("index").Rank == 0 ? b.Unsqueeze(index, 0) : index, axis);
        return AlongAxis(c, b.Expand(c.InResultType("value"), b.Shape(slices)), "none");
    }

    private static Value Put(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        var positions = b.Reshape(b.Cast(c.In("index"), DataType.Int64), -1, 1);
        var written = b.Op(
            "ScatterND",
            [b.Flatten1D(tensor.Value), positions, b.Flatten1D(c.InResultType("source"))],
            Attr.From("reduction", c.Bool("accumulate") ? "add" : "none"));
        return b.Op("Reshape", written, c.Sizes.ShapeOf(tensor.Sizes));
    }

    private static Value TakeAlong(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        var index = c.Real("indices");
        if (!c.Has("dim"))
        {
            return b.Gather(b.Flatten1D(tensor.Value), b.Flatten1D(index.Value), 0);
        }

        int axis = c.Dim("dim", tensor.Rank);
        var data = tensor.Value;
        var positions = index.Value;
        for (int i = 0; i < tensor.Rank; i++)
        {
            if (i != axis && tensor.Sizes[i] != index.Sizes[i])
            {
                data = tensor.Sizes[i].Is(1) ? Repeated(c, data, tensor.Rank, i, c.Sizes.SizeOf(index, i)) : data;
                positions = index.Sizes[i].Is(1) ? Repeated(c, positions, tensor.Rank, i, c.Sizes.SizeOf(tensor, i)) : positions;
            }
        }

        return b.Op("GatherElements", [data, positions], Attr.From("axis", axis));
    }

    private static Value Repeated(OperatorCall c, Value x, int rank, int axis, Number count)
    {
        var shape = new Number[rank];
        Array.Fill(shape, 1);
        shape[axis] = count;
        return c.B.Expand(x, c.Sizes.ShapeOf(shape));
    }

    private static Value NonZero(OperatorCall c)
    {
        var positions = c.B.Transpose(c.B.Op("NonZero", AtLeast1D(c)), 1, 0);
        // A single number has no dimensions: its positions are rows of none.
        return c.Real(c.Schema.Arguments[0].Name).Rank > 0 ? positions : c.B.Slice(positions, 1, 0, 0);
    }

    private static Value AtLeast1D(OperatorCall c)
    {
        var tensor = c.Real(c.Schema.Arguments[0].Name);
        return tensor.Rank > 0 ? tensor.Value : c.B.Unsqueeze(tensor.Value, 0);
    }

    private static Value?[] NonZeroParts(OperatorCall c)
    {
        var positions = c.B.Op("NonZero", AtLeast1D(c));
        return [.. Enumerable.Range(0, c.Results.Length).Select(axis => c.B.Select(positions, 0, axis))];
    }

    private static Value NonZeroStatic(OperatorCall c)
    {
        var size = c.Number("size");
        var fill = c.B.Expand(c.B.Const(DataType.Int64, c.Int("fill_value")), c.Sizes.ShapeOf(size, c.Real("self").Rank));
        var positions = c.B.Concat(0, NonZero(c), fill);
        return c.B.Slice(positions, 0, c.B.Constants.Integers(0), size.ToPiece(c.B));
    }

    // Both operands of masked_select broadcast to each other.
    private static Value Broadcast(OperatorCall c, string name, string other)
    {
        var tensor = c.Real(name);
        if (tensor.Sizes.AsSpan().SequenceEqual(c.Real(other).Sizes))
        {
            return c.B.Flatten1D(tensor.Value);
        }

        return c.B.Flatten1D(c.B.Expand(tensor.Value, c.B.Shape(c.Real(other).Value)));
    }

    private static Value MaskedScatter(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        var mask = c.Real("mask").Sizes.AsSpan().SequenceEqual(tensor.Sizes) ? c.In("mask") : b.Expand(c.In("mask"), c.Sizes.ShapeOf(tensor.Sizes));
        var flat = b.Cast(b.Flatten1D(mask), DataType.Int64);
        var positions = b.Max(b.Sub(b.Op("CumSum", flat, b.Const(DataType.Int64, 0)), 1), 0);
        var picked = b.Gather(b.Flatten1D(c.InResultType("source")), positions, 0);
        return b.Where(mask, b.Op("Reshape", picked, c.Sizes.ShapeOf(tensor.Sizes)), tensor.Value);
    }
}
