using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Operators that cut or pad.</summary>
internal static class SliceLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Slice", Slice) { Types = "all", Builtins = "SLICE, STRIDED_SLICE, REVERSE_V2", Limits = "constant axes" },
        new("Pad", Pad) { Types = "float, integers, bool", Builtins = "PAD, PADV2, MIRROR_PAD, GATHER, SLICE" },
        new("CenterCropPad", CenterCropPad) { Opsets = "18", Types = "float, integers", Builtins = "SLICE, PAD", Limits = "constant shape" },
    ];

    private static void Slice(LoweringNode n)
    {
        var x = n.In(0);
        long[]? starts = n.Ints(1), ends = n.Ints(2);
        if (starts is null || ends is null || (n.Has(3) && n.Ints(3) is null) || (n.Has(4) && n.Ints(4) is null))
        {
            n.Out(0, RuntimeSlice.Apply(n, x));
            return;
        }

        long[] axes = n.Has(3) ? n.RequiredInts(3, "the axes") : [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        long[] steps = n.Has(4) ? n.RequiredInts(4, "the steps") : [.. Enumerable.Repeat(1L, axes.Length)];
        var result = x;
        int[] begin = new int[x.Rank], end = new int[x.Rank], stride = [.. Enumerable.Repeat(1, x.Rank)];
        int beginMask = (1 << x.Rank) - 1, endMask = beginMask;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = n.Axis(axes[i], x.Rank);
            var cut = AxisCut.Of(n, x.Shape[axis], starts[i], ends[i], steps[i]);
            (begin[axis], end[axis], stride[axis]) = (cut.Begin, cut.End, cut.Step);
            beginMask &= cut.OpenBegin ? -1 : ~(1 << axis);
            endMask &= cut.OpenEnd ? -1 : ~(1 << axis);
        }

        n.Out(0, Emit(n, result, begin, end, stride, beginMask, endMask));
    }

    private static Tensor Emit(LoweringNode n, Tensor x, int[] begin, int[] end, int[] stride, int beginMask, int endMask)
    {
        var shape = n.OutShape(0);
        if (shape.AsSpan().SequenceEqual(x.Shape) && Array.TrueForAll(stride, step => step == 1))
        {
            return x;
        }

        // SLICE is what accelerators know best; it needs neither steps nor ends that count from an open size.
        bool plain = Array.TrueForAll(stride, step => step == 1) && Array.TrueForAll(begin, at => at >= 0)
            && shape.Select((dim, axis) => dim.IsKnown || ((endMask >> axis) & 1) == 1).All(known => known);
        return plain
            ? n.B.Slice(x, Array.ConvertAll(begin, at => (long)at), shape)
            : n.B.StridedSlice(x, begin, end, stride, beginMask, endMask, shape);
    }

    private static void Pad(LoweringNode n)
    {
        var x = n.In(0);
        int[] axes = n.Has(3) ? n.Axes(3, x.Rank, emptyIsAll: false) : [.. Enumerable.Range(0, x.Rank)];
        string mode = n.Node.Text("mode", "constant");
        if (n.Ints(1) is not { } pads)
        {
            n.Out(0, RuntimePad(n, x, mode));
            return;
        }

        var before = new long[x.Rank];
        var after = new long[x.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            (before[axes[i]], after[axes[i]]) = (pads[i], pads[i + axes.Length]);
        }

        var cropped = Crop(n, x, before, after);
        before = Array.ConvertAll(before, pad => Math.Max(pad, 0));
        after = Array.ConvertAll(after, pad => Math.Max(pad, 0));
        n.Out(0, mode == "constant" ? Constant(n, cropped, before, after) : Mirrored.Pad(n, cropped, before, after, mode));
    }

    private static Tensor Crop(LoweringNode n, Tensor x, long[] before, long[] after)
    {
        if (Array.TrueForAll(before, pad => pad >= 0) && Array.TrueForAll(after, pad => pad >= 0))
        {
            return x;
        }

        var shape = x.Shape.Select((dim, axis) => dim + Math.Min(before[axis], 0) + Math.Min(after[axis], 0)).ToArray();
        return Array.TrueForAll(shape, dim => dim.IsKnown)
            ? n.B.Slice(x, Array.ConvertAll(before, pad => Math.Max(-pad, 0)), shape)
            : throw n.Dynamic("negative padding of an open axis");
    }

    private static Tensor Constant(LoweringNode n, Tensor x, long[] before, long[] after)
    {
        SymInt[] front = Array.ConvertAll(before, SymInt.FromInt64), back = Array.ConvertAll(after, SymInt.FromInt64);
        return !n.Has(2) || n.Numbers(2) is [0] ? n.B.Pad(x, front, back) : n.B.Pad(x, front, back, n.B.Reshape(n.In(2), []));
    }

    // The kernel wants pairs for each axis: [before, after] rows, where ONNX has all befores first.
    private static Tensor RuntimePad(LoweringNode n, Tensor x, string mode)
    {
        if (mode is not ("constant" or "reflect") || n.Has(3))
        {
            throw n.NotConstant("the pads");
        }

        var pairs = n.B.Transpose(n.B.Reshape(n.B.Cast(n.In(1), TensorType.Int32), [2, x.Rank]), [1, 0]);
        return mode == "reflect" ? n.B.Add(BuiltinOperator.MirrorPad, new MirrorPadOptions(0), [x, pairs], x.Type, n.OutShape(0))
            : !n.Has(2) ? n.B.Add(BuiltinOperator.Pad, new EmptyOptions(22), [x, pairs], x.Type, n.OutShape(0))
            : n.B.Add(BuiltinOperator.Padv2, new EmptyOptions(43), [x, pairs, n.B.Reshape(n.In(2), [])], x.Type, n.OutShape(0));
    }

    private static void CenterCropPad(LoweringNode n)
    {
        var x = n.In(0);
        var shape = n.OutShape(0);
        if (!x.IsStatic || !Array.TrueForAll(shape, dim => dim.IsKnown))
        {
            throw n.Dynamic("the shapes must be known");
        }

        var before = new long[x.Rank];
        var after = new long[x.Rank];
        for (int axis = 0; axis < x.Rank; axis++)
        {
            long difference = shape[axis].Value - x.Shape[axis].Value;
            before[axis] = difference >= 0 ? difference / 2 : -((-difference) / 2);
            after[axis] = difference - before[axis];
        }

        var cropped = Crop(n, x, before, after);
        n.Out(0, n.B.Pad(cropped, Array.ConvertAll(before, pad => (SymInt)Math.Max(pad, 0)), Array.ConvertAll(after, pad => (SymInt)Math.Max(pad, 0))));
    }
}
