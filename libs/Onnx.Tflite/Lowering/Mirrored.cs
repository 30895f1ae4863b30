using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>Padding with the operand's own elements: reflect, edge and wrap.</summary>
internal static class Mirrored
{
    public static Tensor Pad(LoweringNode n, Tensor x, long[] before, long[] after, string mode)
    {
        if (mode == "reflect" && x.Shape.Select((dim, axis) => dim.IsKnown && before[axis] < dim.Value && after[axis] < dim.Value).All(fits => fits))
        {
            return Array.TrueForAll(before, pad => pad == 0) && Array.TrueForAll(after, pad => pad == 0)
                ? x
                : n.B.MirrorPad(x, Array.ConvertAll(before, SymInt.FromInt64), Array.ConvertAll(after, SymInt.FromInt64));
        }

        var result = x;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (before[axis] != 0 || after[axis] != 0)
            {
                long size = x.Shape[axis].IsKnown ? x.Shape[axis].Value : throw n.Dynamic($"{mode} padding of an open axis");
                int[] sources = [.. Enumerable.Range(0, (int)(before[axis] + size + after[axis])).Select(i => Source(n, i - before[axis], size, mode))];
                result = n.B.Gather(result, n.B.Int32s(sources), axis);
            }
        }

        return result;
    }

    private static int Source(LoweringNode n, long position, long size, string mode)
    {
        switch (mode)
        {
            case "edge": return (int)Math.Clamp(position, 0, size - 1);
            case "wrap": return (int)(((position % size) + size) % size);
            case "reflect":
                long period = Math.Max((2 * size) - 2, 1), at = ((position % period) + period) % period;
                return (int)(at < size ? at : period - at);
            default: throw n.Unsupported($"pad mode '{mode}'");
        }
    }
}
