using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Building;

/// <summary>Operators that move elements.</summary>
internal sealed partial class GraphBuilder
{
    // Constants up to this many elements are written out rather than spread at run time.
    private const long SmallConstant = 4096;

    /// <summary>The same elements under another shape; open dimensions beyond one are computed at run time.</summary>
    public Tensor Reshape(Tensor x, SymInt[] shape)
    {
        if (x.Shape.AsSpan().SequenceEqual(shape))
        {
            return x;
        }

        if (x.IsConstant)
        {
            return new Tensor(names.Fresh(Origin), x.Type, shape) { Data = x.Data, Quantization = x.Quantization };
        }

        if (x.Producer is { Code: BuiltinOperator.Reshape } before && (before.Inputs.Count == 1 || before.Inputs[1] is { IsConstant: true }) && x.OutputUses == 0)
        {
            // A reshape of a reshape needs only the last.
            return Reshape(before.Input(0), shape);
        }

        // A target of no dimensions is written as an option: an empty vector would not count as constant.
        return shape.Length == 0
            ? Add(BuiltinOperator.Reshape, new ReshapeOptions([]), [x], x.Type, shape)
            : Add(BuiltinOperator.Reshape, new ReshapeOptions(null), [x, new RuntimeShape(this).Of(x, shape)], x.Type, shape);
    }

    public Tensor Transpose(Tensor x, int[] order)
    {
        if (order.AsSpan().SequenceEqual([.. Enumerable.Range(0, x.Rank)]))
        {
            return x;
        }

        SymInt[] shape = Array.ConvertAll(order, axis => x.Shape[axis]);
        if (x.IsConstant)
        {
            var quantization = x.Quantization is { IsPerTensor: false } q ? q with { Axis = Array.IndexOf(order, q.Axis) } : x.Quantization;
            return new Tensor(names.Fresh(Origin), x.Type, shape) { Data = x.Data!.Transpose(x.Dims, order, x.Type.Size()), Quantization = quantization };
        }

        if (x.Producer is { Code: BuiltinOperator.Dequantize } dequantize && dequantize.Input(0).IsConstant)
        {
            return Add(BuiltinOperator.Dequantize, new EmptyOptions(38), [Transpose(dequantize.Input(0), order)], x.Type, shape);
        }

        var carried = Carry(BuiltinOperator.Transpose, x);
        return Restore(Add(BuiltinOperator.Transpose, new EmptyOptions(26), [carried, Int32s(order)], carried.Type, shape), x.Type);
    }

    public Tensor Concat(IReadOnlyList<Tensor> parts, int axis)
    {
        var carried = parts.Select(part => Carry(BuiltinOperator.Concatenation, part)).ToArray();
        var shape = parts[0].Shape.ToArray();
        shape[axis] = parts.Aggregate((SymInt)0, (sum, part) => sum + part.Shape[axis]);
        return parts.Count == 1 ? parts[0]
            : Restore(Add(BuiltinOperator.Concatenation, new ConcatenationOptions(axis), carried, carried[0].Type, shape), parts[0].Type);
    }

    public Tensor[] Split(Tensor x, int axis, int count)
    {
        var shape = x.Shape.ToArray();
        shape[axis] = SymInt.FloorDivide(shape[axis], count);
        var carried = Carry(BuiltinOperator.Split, x);
        var results = Enumerable.Repeat((carried.Type, shape), count).ToArray();
        return Array.ConvertAll(Add(BuiltinOperator.Split, new SplitOptions(35, count), [Int32(axis), carried], results), part => Restore(part, x.Type));
    }

    public Tensor[] Split(Tensor x, int axis, long[] sizes)
    {
        var carried = Carry(BuiltinOperator.SplitV, x);
        var results = Array.ConvertAll(sizes, size =>
        {
            var shape = x.Shape.ToArray();
            shape[axis] = size;
            return (carried.Type, shape);
        });
        Tensor?[] inputs = [carried, Int32s(Array.ConvertAll(sizes, size => (int)size)), Int32(axis)];
        return Array.ConvertAll(Add(BuiltinOperator.SplitV, new SplitOptions(79, sizes.Length), inputs, results), part => Restore(part, x.Type));
    }

    /// <summary>A contiguous part; open sizes reach to the end of their axis.</summary>
    public Tensor Slice(Tensor x, long[] begin, SymInt[] size)
    {
        if (Array.TrueForAll(begin, at => at == 0) && size.AsSpan().SequenceEqual(x.Shape))
        {
            return x;
        }

        var carried = Carry(BuiltinOperator.Slice, x);
        int[] extent = [.. size.Select((dim, axis) => dim.IsKnown ? (int)dim.Value : -1)];
        return Restore(Add(BuiltinOperator.Slice, new EmptyOptions(48), [carried, Int32s([.. begin.Select(at => (int)at)]), Int32s(extent)], carried.Type, size), x.Type);
    }

    /// <summary>One axis cut to a known part.</summary>
    public Tensor Slice(Tensor x, int axis, long begin, SymInt size)
    {
        var from = new long[x.Rank];
        from[axis] = begin;
        var shape = x.Shape.ToArray();
        shape[axis] = size;
        return Slice(x, from, shape);
    }

    /// <summary>A part with steps; masks say which ends are open.</summary>
    public Tensor StridedSlice(Tensor x, int[] begin, int[] end, int[] strides, int beginMask, int endMask, SymInt[] shape) =>
        StridedSlice(x, Int32s(begin), Int32s(end), Int32s(strides), beginMask, endMask, shape);

    public Tensor StridedSlice(Tensor x, Tensor begin, Tensor end, Tensor strides, int beginMask, int endMask, SymInt[] shape)
    {
        var carried = Carry(BuiltinOperator.StridedSlice, x);
        return Restore(Add(BuiltinOperator.StridedSlice, new StridedSliceOptions(beginMask, endMask), [carried, begin, end, strides], carried.Type, shape), x.Type);
    }

    /// <summary>Zeros around.</summary>
    public Tensor Pad(Tensor x, SymInt[] before, SymInt[] after)
    {
        if (before.Concat(after).All(pad => pad == 0))
        {
            return x;
        }

        var carried = Carry(BuiltinOperator.Pad, x);
        return Restore(Add(BuiltinOperator.Pad, new EmptyOptions(22), [carried, Paddings(before, after)], carried.Type, Padded(x, before, after)), x.Type);
    }

    /// <summary>A value around; the value has the operand's type.</summary>
    public Tensor Pad(Tensor x, SymInt[] before, SymInt[] after, Tensor value)
    {
        if (before.Concat(after).All(pad => pad == 0))
        {
            return x;
        }

        Tensor carried = Carry(BuiltinOperator.Padv2, x), filler = Carry(BuiltinOperator.Padv2, value);
        return Restore(Add(BuiltinOperator.Padv2, new EmptyOptions(43), [carried, Paddings(before, after), filler], carried.Type, Padded(x, before, after)), x.Type);
    }

    public Tensor MirrorPad(Tensor x, SymInt[] before, SymInt[] after)
    {
        var carried = Carry(BuiltinOperator.MirrorPad, x);
        return Restore(Add(BuiltinOperator.MirrorPad, new MirrorPadOptions(0), [carried, Paddings(before, after)], carried.Type, Padded(x, before, after)), x.Type);
    }

    public Tensor Tile(Tensor x, int[] repeats)
    {
        var carried = Carry(BuiltinOperator.Tile, x);
        SymInt[] shape = [.. x.Shape.Select((dim, axis) => dim * repeats[axis])];
        return Restore(Add(BuiltinOperator.Tile, new EmptyOptions(51), [carried, Int32s(repeats)], carried.Type, shape), x.Type);
    }

    public Tensor BroadcastTo(Tensor x, SymInt[] shape)
    {
        if (x.Shape.AsSpan().SequenceEqual(shape))
        {
            return x;
        }

        if (x.IsConstant && x.IsScalarLike && shape.All(dim => dim.IsKnown) && SymInt.Product(shape).Value <= SmallConstant)
        {
            return Repeated(x, shape);
        }

        var carried = Align(Carry(BuiltinOperator.BroadcastTo, x), shape.Length);
        carried = carried.Rank == shape.Length ? carried : Reshape(carried, [.. Enumerable.Repeat((SymInt)1, shape.Length)]);
        return Restore(Add(BuiltinOperator.BroadcastTo, new EmptyOptions(104), [carried, new RuntimeShape(this).Vector(shape)], carried.Type, shape), x.Type);
    }

    private Tensor Repeated(Tensor x, SymInt[] shape)
    {
        byte[] element = x.Data!.Read().ToArray();
        byte[] bytes = new byte[element.Length * (int)SymInt.Product(shape).Value];
        for (int at = 0; at < bytes.Length; at += element.Length)
        {
            element.CopyTo(bytes, at);
        }

        return new Tensor(names.Fresh(Origin), x.Type, shape) { Data = ConstantData.Of(bytes) };
    }

    public Tensor Reverse(Tensor x, int axis)
    {
        var carried = Carry(BuiltinOperator.ReverseV2, x);
        return Restore(Add(BuiltinOperator.ReverseV2, new EmptyOptions(81), [carried, Int32s(axis)], carried.Type, x.Shape), x.Type);
    }

    /// <summary>A new axis of size 1.</summary>
    public Tensor Unsqueeze(Tensor x, int axis) => Reshape(x, [.. x.Shape[..axis], 1, .. x.Shape[axis..]]);

    /// <summary>An axis of size 1 taken away.</summary>
    public Tensor Squeeze(Tensor x, int axis) => Reshape(x, [.. x.Shape[..axis], .. x.Shape[(axis + 1)..]]);

    /// <summary>The shape as an int32 vector.</summary>
    public Tensor ShapeOf(Tensor x) => Add(BuiltinOperator.Shape, new ShapeOptions(TensorType.Int32), [x], TensorType.Int32, [x.Rank]);

    public Tensor Fill(Tensor shape, Tensor value, SymInt[] dims) => Add(BuiltinOperator.Fill, new EmptyOptions(67), [shape, value], value.Type, dims);

    private static SymInt[] Padded(Tensor x, SymInt[] before, SymInt[] after) => [.. x.Shape.Select((dim, axis) => dim + before[axis] + after[axis])];

    private Tensor Paddings(SymInt[] before, SymInt[] after)
    {
        if (!Array.TrueForAll(before, pad => pad.IsKnown) || !Array.TrueForAll(after, pad => pad.IsKnown))
        {
            throw new RefusedException(ReasonCode.DynamicShape, "the padding depends on an open dimension", "fix the input shapes with --input");
        }

        int[] pairs = [.. before.Zip(after).SelectMany(pair => new[] { (int)pair.First.Value, (int)pair.Second.Value })];
        return Constant<int>(TensorType.Int32, [before.Length, 2], pairs);
    }
}
