using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;

namespace Torch.Onnx.Operators;

/// <summary>Puts a part back into the tensor that it was sliced from.</summary>
internal static class SliceWrites
{
    /// <summary>Bounds known and counted from the start.</summary>
    public static Value Static(OnnxBuilder b, Value parent, Value child, TensorMeta meta, int axis, long start, long end, long step)
    {
        long size = meta.Sizes[axis].Value;
        if (start >= end)
        {
            return parent;
        }

        if (step != 1)
        {
            ConstantPool.CheckCount((end - start + step - 1) / step);
            var positions = new List<long>();
            for (long i = start; i < end; i += step)
            {
                positions.Add(i);
            }

            return AtPositions(b, parent, child, meta, axis, b.Constants.Integers([positions.Count, 1], [.. positions]));
        }

        var parts = new List<Value?>();
        if (start > 0)
        {
            parts.Add(b.Slice(parent, axis, 0, start));
        }

        parts.Add(child);
        if (end < size)
        {
            parts.Add(b.Slice(parent, axis, end, long.MaxValue));
        }

        return b.Concat(axis, [.. parts]);
    }

    /// <summary>Bounds known at run time only, without a step.</summary>
    public static Value Dynamic(OnnxBuilder b, Value parent, Value child, int axis, Number start, Number end)
    {
        var before = start.Is(0) ? null : b.Slice(parent, axis, b.Constants.Integers(0), start.ToPiece(b));
        var after = end.Is(long.MaxValue) ? null : b.Slice(parent, axis, end.ToPiece(b), b.Constants.Integers(long.MaxValue));
        return b.Concat(axis, [.. new[] { before, child, after }.OfType<Value>()]);
    }

    /// <summary>One position; the part lacks the dimension.</summary>
    public static Value Select(OnnxBuilder b, Value parent, Value child, TensorMeta meta, int axis, Number index)
    {
        if (index is { IsConstant: true, Integer: >= 0 } && meta.Sizes[axis].IsStatic)
        {
            return Static(b, parent, b.Unsqueeze(child, axis), meta, axis, index.Integer, index.Integer + 1, 1);
        }

        return AtPositions(b, parent, b.Unsqueeze(child, axis), meta, axis, b.Unsqueeze(index.ToPiece(b), 0));
    }

    /// <summary>Positions along an axis as a value of shape [n, 1].</summary>
    public static Value AtPositions(OnnxBuilder b, Value parent, Value child, TensorMeta meta, int axis, Value positions)
    {
        int rank = meta.Rank + (meta.Type.IsComplex() ? 1 : 0);
        var front = b.Swap(parent, rank, 0, axis);
        var written = b.Op("ScatterND", front, positions, b.Swap(child, rank, 0, axis));
        return b.Swap(written, rank, 0, axis);
    }
}
