using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Operators that move elements to positions that shapes and constants decide.</summary>
internal static class MovementLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Transpose", Transpose) { Types = "all", Builtins = "TRANSPOSE, RESHAPE, or none" },
        new("Concat", Concat) { Types = "all", Builtins = "CONCATENATION" },
        new("Split", Split) { Types = "all", Builtins = "SPLIT, SPLIT_V, SLICE" },
        new("Expand", Expand) { Types = "all", Builtins = "BROADCAST_TO" },
        new("Tile", Tile) { Types = "all", Builtins = "TILE" },
        new("DepthToSpace", DepthToSpace) { Types = "float, int8, uint8, int32, int64", Builtins = "DEPTH_TO_SPACE, or RESHAPE, TRANSPOSE" },
        new("SpaceToDepth", n => n.Out(0, n.B.SpaceToDepth(n.In(0), (int)n.Node.Int("blocksize", 1)))) { Types = "float, int8, uint8, int32, int64", Builtins = "SPACE_TO_DEPTH" },
        new("Trilu", Trilu) { Types = "all", Builtins = "SELECT_V2, GREATER_EQUAL" },
        new("ReverseSequence", ReverseSequence) { Types = "float, integers", Builtins = "REVERSE_SEQUENCE" },
    ];

    private static void Transpose(LoweringNode n)
    {
        var x = n.In(0);
        int[] order = n.Node.Ints("perm") is { } perm ? Array.ConvertAll(perm, axis => (int)axis) : [.. Enumerable.Range(0, x.Rank).Reverse()];
        n.Out(0, n.B.Transpose(x, order));
    }

    private static void Concat(LoweringNode n)
    {
        var parts = Enumerable.Range(0, n.InputCount).Select(n.In).ToList();
        int axis = n.Axis(n.Node.Int("axis", 0), parts[0].Rank);
        var filled = parts.FindAll(part => part.Shape[axis] != 0);
        n.Out(0, n.B.Concat(filled.Count > 0 ? filled : parts[..1], axis));
    }

    private static void Split(LoweringNode n)
    {
        var x = n.In(0);
        int axis = n.Axis(n.Node.Int("axis", 0), x.Rank);
        if (n.Has(1) && n.Ints(1) is null)
        {
            RuntimeSplit(n, x, axis);
            return;
        }

        var sizes = Enumerable.Range(0, n.OutputCount).Select(i => n.OutShape(i)[axis]).ToArray();
        if (sizes.Length == 1)
        {
            n.Out(0, x);
        }
        else if (Array.Exists(sizes, size => size == 0) || Enumerable.Range(0, n.OutputCount).Any(i => !n.Wants(i)))
        {
            Slices(n, x, axis, sizes);
        }
        else
        {
            bool equal = Array.TrueForAll(sizes, size => size == sizes[0]);
            var parts = equal ? n.B.Split(x, axis, sizes.Length)
                : n.B.Split(x, axis, Array.ConvertAll(sizes, size => size.IsKnown ? size.Value : throw n.Dynamic("parts of an open axis")));
            for (int i = 0; i < parts.Length; i++)
            {
                n.Out(i, parts[i]);
            }
        }
    }

    private static void Slices(LoweringNode n, Tensor x, int axis, SymInt[] sizes)
    {
        SymInt start = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (n.Wants(i))
            {
                n.Out(i, n.B.Slice(x, axis, start.IsKnown ? start.Value : throw n.Dynamic("parts of an open axis"), sizes[i]));
            }

            start += sizes[i];
        }
    }

    private static void RuntimeSplit(LoweringNode n, Tensor x, int axis)
    {
        var results = Enumerable.Range(0, n.OutputCount).Select(i => (x.Type, n.OutShape(i))).ToArray();
        Tensor?[] inputs = [x, n.B.Cast(n.In(1), TensorType.Int32), n.B.Int32(axis)];
        var parts = n.B.Add(BuiltinOperator.SplitV, new SplitOptions(79, results.Length), inputs, results);
        for (int i = 0; i < parts.Length; i++)
        {
            n.Out(i, parts[i]);
        }
    }

    private static void Expand(LoweringNode n)
    {
        var x = n.In(0);
        if (n.Elements(1) is not null)
        {
            n.Out(0, n.B.BroadcastTo(x, n.OutShape(0)));
            return;
        }

        // The kernel takes the result's shape; the target may hold ones where the operand is larger.
        var target = n.B.Cast(n.In(1), TensorType.Int32);
        int rank = n.OutShape(0).Length, own = target.Shape[0].IsKnown ? (int)target.Shape[0].Value : throw n.Dynamic("the rank of the target shape is not known");
        var wide = n.B.Concat([.. own < rank ? [n.B.Int32s([.. Enumerable.Repeat(1, rank - own)])] : Array.Empty<Tensor>(), target], 0);
        Tensor shape = n.B.ShapeOf(x), padded = n.B.Concat([.. x.Rank < rank ? [n.B.Int32s([.. Enumerable.Repeat(1, rank - x.Rank)])] : Array.Empty<Tensor>(), shape], 0);
        var aligned = n.B.Reshape(x, [.. Enumerable.Repeat((SymInt)1, rank - x.Rank), .. x.Shape]);
        n.Out(0, n.B.Add(BuiltinOperator.BroadcastTo, new EmptyOptions(104), [aligned, n.B.Maximum(wide, padded)], x.Type, n.OutShape(0)));
    }

    private static void Tile(LoweringNode n)
    {
        var x = n.In(0);
        if (n.Ints(1) is { } repeats)
        {
            n.Out(0, Array.TrueForAll(repeats, repeat => repeat == 1) ? x : n.B.Tile(x, Array.ConvertAll(repeats, repeat => (int)repeat)));
            return;
        }

        n.Out(0, n.B.Add(BuiltinOperator.Tile, new EmptyOptions(51), [x, n.B.Cast(n.In(1), TensorType.Int32)], x.Type, n.OutShape(0)));
    }

    private static void DepthToSpace(LoweringNode n)
    {
        var x = n.In(0);
        int block = (int)n.Node.Int("blocksize", 1);
        if (n.Node.Text("mode", "DCR") == "DCR")
        {
            n.Out(0, n.B.DepthToSpace(x, block));
            return;
        }

        // Column-row-depth order: channel is the slowest part of the old channel axis.
        var channels = SymInt.FloorDivide(x.Shape[1], block * block);
        var parted = n.B.Reshape(x, [x.Shape[0], channels, block, block, x.Shape[2], x.Shape[3]]);
        n.Out(0, n.B.Reshape(n.B.Transpose(parted, [0, 1, 4, 2, 5, 3]), n.OutShape(0)));
    }

    private static void Trilu(LoweringNode n)
    {
        var x = n.In(0);
        long k = n.Has(1) ? n.Ints(1)?[0] ?? 0 : 0;
        bool upper = n.Node.Int("upper", 1) != 0;
        if (!x.Shape[^1].IsKnown || !x.Shape[^2].IsKnown)
        {
            throw n.Dynamic("a triangle of a matrix of open size");
        }

        long rows = x.Shape[^2].Value, columns = x.Shape[^1].Value;
        byte[] mask = new byte[rows * columns];
        for (long i = 0; i < mask.Length; i++)
        {
            long distance = (i % columns) - (i / columns);
            mask[i] = (upper ? distance >= k : distance <= k) ? (byte)1 : (byte)0;
        }

        var keep = n.Has(1) && n.Ints(1) is null ? RuntimeTriangle(n, rows, columns, upper) : n.B.Constant<byte>(TensorType.Bool, [rows, columns], mask);
        n.Out(0, n.B.Select(keep, x, n.B.Number(x.Type, 0)));
    }

    private static Tensor RuntimeTriangle(LoweringNode n, long rows, long columns, bool upper)
    {
        int[] distances = [.. Enumerable.Range(0, (int)(rows * columns)).Select(i => (int)((i % columns) - (i / columns)))];
        Tensor distance = n.B.Constant<int>(TensorType.Int32, [rows, columns], distances), k = n.B.Reshape(n.B.Cast(n.In(1), TensorType.Int32), []);
        return upper ? n.B.GreaterEqual(distance, k) : n.B.LessEqual(distance, k);
    }

    private static void ReverseSequence(LoweringNode n)
    {
        Tensor x = n.In(0), lengths = n.In(1);
        int time = n.Axis(n.Node.Int("time_axis", 0), x.Rank), batch = n.Axis(n.Node.Int("batch_axis", 1), x.Rank);
        n.Out(0, n.B.Add(BuiltinOperator.ReverseSequence, new ReverseSequenceOptions(time, batch), [x, lengths], x.Type, x.Shape));
    }
}
