using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Elements repeated, turned and moved.</summary>
internal static class RearrangeOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("repeat", "Tile", c => Tile(c, c.Numbers("repeats"))),
        Of("tile", "Tile", c => Tile(c, c.Numbers("dims"))),
        Of("repeat_interleave.self_int", "Expand, Reshape", RepeatEach),
        Of("repeat_interleave.self_Tensor", "CumSum, Gather", c => RepeatBy(c, c.Tensor("self"))),
        Of("repeat_interleave.Tensor", "CumSum", c => c.B.Cast(Positions(c, c.Real("repeats")), c.ResultType())),
        Of("flip", "Slice", c => c.Result.Rank == 0 ? c.Tensor("self").Value : c.B.Flip(c.Tensor("self").Value, c.Dims("dims", c.Result.Rank))),
        Of("fliplr", "Slice", c => c.B.Flip(c.Tensor("self").Value, 1)),
        Of("flipud", "Slice", c => c.B.Flip(c.Tensor("self").Value, 0)),
        Of("rot90", "Transpose, Slice", Rotate),
        Of("roll", "Slice, Concat", Roll),
        Of("pixel_shuffle", "DepthToSpace", PixelShuffle),
        Of("pixel_unshuffle", "Reshape, Transpose", PixelUnshuffle),
        Of("channel_shuffle native_channel_shuffle", "Reshape, Transpose", ChannelShuffle),
        Of("im2col", "Pad, Gather", ImageToColumns),
        Of("col2im", "Col2Im", ColumnsToImage),
    ];

    private static Value Tile(OperatorCall c, Number[] repeats)
    {
        var tensor = c.Tensor("self");
        int rank = Math.Max(tensor.Rank, repeats.Length);
        var x = c.B.Unsqueeze(tensor.Value, BuilderShapes.Order(rank - tensor.Rank));
        Number[] all = [.. Enumerable.Repeat((Number)1, rank - repeats.Length), .. repeats, .. tensor.IsComplex ? [(Number)1] : Array.Empty<Number>()];
        return Array.TrueForAll(all, repeat => repeat.Is(1)) ? x : c.B.Op("Tile", x, c.Sizes.ShapeOf(all));
    }

    private static Value RepeatEach(OperatorCall c)
    {
        var tensor = c.Real("self");
        var repeats = c.Number("repeats");
        bool isFlat = !c.Has("dim");
        var x = isFlat ? c.B.Flatten1D(tensor.Value) : tensor.Value;
        int axis = isFlat ? 0 : c.Dim("dim", tensor.Rank);
        var each = c.B.Unsqueeze(x, axis + 1);
        Number[] shape = [.. Enumerable.Repeat((Number)1, axis + 1), repeats, .. Enumerable.Repeat((Number)1, isFlat ? 0 : tensor.Rank - axis - 1)];
        var repeated = c.B.Expand(each, c.Sizes.ShapeOf(shape));
        if (isFlat)
        {
            return c.B.Flatten1D(repeated);
        }

        SymInt[] apart = [.. tensor.Sizes[..(axis + 1)], new SymInt(0, "repeats"), .. tensor.Sizes[(axis + 1)..]];
        return c.Reshape(repeated, apart, c.Result.Sizes);
    }

    private static Value RepeatBy(OperatorCall c, Tensor tensor)
    {
        bool isFlat = !c.Has("dim");
        var x = isFlat ? c.B.Flatten1D(tensor.Value) : tensor.Value;
        int axis = isFlat ? 0 : c.Dim("dim", tensor.Rank);
        var repeats = c.Real("repeats");
        if (repeats.Rank == 0 || repeats.Sizes[0].Is(1))
        {
            var length = c.B.Gather(c.B.Shape(x), c.B.Constants.Integers(axis), 0);
            repeats = new Tensor(c.B.Expand(repeats.Value, length), repeats.Type, repeats.Sizes);
        }

        return c.B.Gather(x, Positions(c, repeats), axis);
    }

    // Result position j comes from the first element whose running total of repeats exceeds j.
    private static Value Positions(OperatorCall c, Tensor repeats)
    {
        var b = c.B;
        var counts = b.Cast(repeats.Value, DataType.Int64);
        var totals = b.Op("CumSum", counts, b.Const(DataType.Int64, 0));
        var all = b.Op("Range", b.Const(DataType.Int64, 0), b.Sum(counts, null), b.Const(DataType.Int64, 1));
        return b.Sum(b.Cast(b.Op("LessOrEqual", totals, b.Unsqueeze(all, 1)), DataType.Int64), [1]);
    }

    private static Value Rotate(OperatorCall c)
    {
        int rank = c.Result.Rank;
        long[] dims = c.Dims("dims", rank);
        var x = c.In("self");
        return (((c.Int("k") % 4) + 4) % 4) switch
        {
            1 => c.B.Swap(c.B.Flip(x, dims[1]), rank, (int)dims[0], (int)dims[1]),
            2 => c.B.Flip(x, dims),
            3 => c.B.Flip(c.B.Swap(x, rank, (int)dims[0], (int)dims[1]), dims[1]),
            _ => x,
        };
    }

    private static Value Roll(OperatorCall c)
    {
        var tensor = c.Tensor("self");
        var shifts = c.Numbers("shifts");
        long[] dims = c.Dims("dims", tensor.Rank);
        if (dims.Length == 0 && tensor.IsComplex)
        {
            throw CallOperands.Complex();
        }

        if (dims.Length == 0)
        {
            var flat = new Tensor(c.B.Flatten1D(tensor.Value), tensor.Type, [tensor.Count is { } count ? count : throw LoweringException.Dynamic("a flattened roll needs static sizes")]);
            return c.Reshape(Roll(c, flat, 0, shifts[0]), flat.Sizes, tensor.Sizes);
        }

        var x = tensor.Value;
        for (int i = 0; i < dims.Length; i++)
        {
            x = Roll(c, tensor with { Value = x }, (int)dims[i], shifts[i]);
        }

        return x;
    }

    private static Value Roll(OperatorCall c, Tensor tensor, int axis, Number shift)
    {
        var size = c.Sizes.SizeOf(tensor, axis);
        if (size.Is(0))
        {
            return tensor.Value;
        }

        var cut = NumberMath.Subtract(c.B, size, NumberMath.Modulo(c.B, shift, size));
        if (cut.IsConstant && size.IsConstant && cut.Integer == size.Integer)
        {
            return tensor.Value;
        }

        var end = cut.ToPiece(c.B);
        return c.B.Concat(axis, c.B.Slice(tensor.Value, axis, end, c.B.Constants.Integers(long.MaxValue)), c.B.Slice(tensor.Value, axis, c.B.Constants.Integers(0), end));
    }

    private static Value PixelShuffle(OperatorCall c)
    {
        var tensor = c.Real("self");
        long factor = c.Int("upscale_factor");
        if (tensor.Rank == 4)
        {
            return c.B.Op("DepthToSpace", [tensor.Value], Attr.From("blocksize", factor), Attr.From("mode", "CRD"));
        }

        int rank = tensor.Rank;
        SymInt channels = tensor.StaticSize(rank - 3, "the argument") / (factor * factor);
        SymInt[] apart = [.. tensor.Sizes[..(rank - 3)], channels, factor, factor, tensor.Sizes[rank - 2], tensor.Sizes[rank - 1]];
        long[] order = [.. BuilderShapes.Order(rank - 2), rank, rank - 2, rank + 1, rank - 1];
        var turned = c.B.Transpose(c.Reshape(tensor.Value, tensor.Sizes, apart), order);
        return c.Reshape(turned, [.. order.Select(axis => apart[axis])], c.Result.Sizes);
    }

    private static Value PixelUnshuffle(OperatorCall c)
    {
        var tensor = c.Real("self");
        long factor = c.Int("downscale_factor");
        int rank = tensor.Rank;
        var (height, width) = (c.Result.Sizes[rank - 2], c.Result.Sizes[rank - 1]);
        SymInt[] apart = [.. tensor.Sizes[..(rank - 2)], height, factor, width, factor];
        long[] order = [.. BuilderShapes.Order(rank - 2), rank - 1, rank + 1, rank - 2, rank];
        var turned = c.B.Transpose(c.Reshape(tensor.Value, tensor.Sizes, apart), order);
        return c.Reshape(turned, [.. order.Select(axis => apart[axis])], c.Result.Sizes);
    }

    private static Value ChannelShuffle(OperatorCall c)
    {
        var tensor = c.Real("self");
        long groups = c.Int("groups");
        SymInt[] apart = [tensor.Sizes[0], groups, tensor.StaticSize(1, "the argument") / groups, .. tensor.Sizes[2..]];
        long[] order = BuilderShapes.Order(tensor.Rank + 1);
        (order[1], order[2]) = (2, 1);
        var turned = c.B.Transpose(c.Reshape(tensor.Value, tensor.Sizes, apart), order);
        return c.Reshape(turned, [.. order.Select(axis => apart[axis])], c.Result.Sizes);
    }

    private static Value ImageToColumns(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        bool isBatched = tensor.Rank == 4;
        long[] kernel = c.Ints("kernel_size", 2);
        long[] dilation = c.Ints("dilation", 2);
        long[] padding = c.Ints("padding", 2);
        long[] stride = c.Ints("stride", 2);
        var x = isBatched ? tensor.Value : b.Unsqueeze(tensor.Value, 0);
        if (padding.Any(pad => pad > 0))
        {
            x = b.Op("Pad", x, b.Constants.Integers(0, 0, padding[0], padding[1], 0, 0, padding[0], padding[1]));
        }

        var counts = new Number[2];
        for (int i = 0; i < 2; i++)
        {
            var room = NumberMath.Subtract(b, c.Sizes.SizeOf(tensor, tensor.Rank - 2 + i), (dilation[i] * (kernel[i] - 1)) + 1 - (2 * padding[i]));
            counts[i] = NumberMath.Add(b, NumberMath.FloorDivide(b, room, stride[i]), 1);
        }

        var rows = b.Gather(x, SliceOperators.Windows(b, counts[0], kernel[0], stride[0], dilation[0]), 2);
        var both = b.Gather(rows, SliceOperators.Windows(b, counts[1], kernel[1], stride[1], dilation[1]), 4);
        var turned = b.Transpose(both, 0, 1, 3, 5, 2, 4);
        var columns = b.Reshape(turned, 0, tensor.StaticSize(tensor.Rank - 3, "the argument") * kernel[0] * kernel[1], -1);
        return isBatched ? columns : b.Squeeze(columns, 0);
    }

    private static Value ColumnsToImage(OperatorCall c)
    {
        if (c.B.Opset < 18)
        {
            throw LoweringException.Opset("col2im", 18);
        }

        var tensor = c.Real("self");
        bool isBatched = tensor.Rank == 3;
        long[] padding = c.Ints("padding", 2);
        var image = c.B.Op(
            "Col2Im",
            [isBatched ? tensor.Value : c.B.Unsqueeze(tensor.Value, 0), c.Sizes.ShapeOf(c.Numbers("output_size")), c.B.Constants.Integers(c.Ints("kernel_size", 2))],
            Attr.From("dilations", c.Ints("dilation", 2)),
            Attr.From("pads", [.. padding, .. padding]),
            Attr.From("strides", c.Ints("stride", 2)));
        return isBatched ? image : c.B.Squeeze(image, 0);
    }
}
