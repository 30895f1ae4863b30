using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Tensors put together.</summary>
internal static class JoinOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("cat concat concatenate", "Concat", Concatenate),
        Of("stack", "Unsqueeze, Concat", Stack),
        Of("hstack", "Concat", c => Join(c, 1, tensor => tensor.Rank <= 1 ? 0 : 1)),
        Of("vstack row_stack", "Unsqueeze, Concat", c => Join(c, 2, _ => 0)),
        Of("dstack", "Unsqueeze, Concat", c => Join(c, 3, _ => 2)),
        Of("column_stack", "Reshape, Concat", ColumnStack),
        Of("cartesian_prod", "Expand, Concat", CartesianProduct),
        Of("combinations", "Gather", Combinations),
        Of("block_diag", "Pad, Concat", BlockDiagonal),
    ];

    private static Value Concatenate(OperatorCall c)
    {
        // A tensor of shape [0] is left out whatever the others' rank, as it always was.
        var parts = c.Tensors("tensors").Where(tensor => !(tensor.Rank == 1 && tensor.Sizes[0].Is(0) && c.Result.Rank > 0)).ToArray();
        if (parts.Length == 0)
        {
            return c.Tensors("tensors")[0].Value;
        }

        return c.B.Concat(c.Dim("dim", c.Result.Rank), Cast(c, parts));
    }

    private static Value?[] Cast(OperatorCall c, Tensor[] tensors)
    {
        if (c.Result.Type.IsComplex() && Array.Exists(tensors, tensor => !tensor.IsComplex))
        {
            throw CallOperands.Complex();
        }

        return Array.ConvertAll(tensors, tensor => (Value?)c.B.Cast(tensor.Value, c.ResultType()));
    }

    private static Value Stack(OperatorCall c)
    {
        int axis = c.Dim("dim", c.Result.Rank);
        return c.B.Concat(axis, Array.ConvertAll(Cast(c, c.Tensors("tensors")), part => (Value?)c.B.Unsqueeze(part!, axis)));
    }

    // Tensors of too few dimensions get some: [n] becomes [1, n] and [1, n, 1].
    private static Value Join(OperatorCall c, int leastRank, Func<Tensor, int> axis)
    {
        var tensors = c.Tensors("tensors");
        var parts = tensors.Select((tensor, i) => c.B.Unsqueeze(c.B.Cast(tensor.Value, c.ResultType()), AddedAxes(tensor.Rank, leastRank))).ToArray();
        return c.B.Concat(axis(tensors[0]), [.. parts]);
    }

    private static long[] AddedAxes(int rank, int leastRank) => (rank, leastRank) switch
    {
        (0, 1) => [0],
        (0, 2) => [0, 1],
        (0, 3) => [0, 1, 2],
        (1, 2) => [0],
        (1, 3) => [0, 2],
        (2, 3) => [2],
        _ => [],
    };

    private static Value ColumnStack(OperatorCall c)
    {
        var parts = c.Tensors("tensors").Select(tensor => (tensor.Rank, c.B.Cast(tensor.Value, c.ResultType())));
        return c.B.Concat(1, [.. parts.Select(part => part.Rank == 0 ? c.B.Unsqueeze(part.Item2, 0, 1) : part.Rank == 1 ? c.B.Unsqueeze(part.Item2, 1) : part.Item2)]);
    }

    private static Value CartesianProduct(OperatorCall c)
    {
        var tensors = c.Tensors("tensors");
        if (tensors.Length == 1)
        {
            return tensors[0].Value;
        }

        var sizes = tensors.Select(tensor => c.Sizes.SizeOf(tensor, 0)).ToArray();
        var columns = new Value?[tensors.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            long[] shape = new long[tensors.Length];
            Array.Fill(shape, 1);
            shape[i] = -1;
            columns[i] = c.B.Reshape(c.B.Expand(c.B.Reshape(tensors[i].Value, shape), c.Sizes.ShapeOf(sizes)), -1, 1);
        }

        return c.B.Concat(1, columns);
    }

    private static Value Combinations(OperatorCall c)
    {
        long count = c.Real("self").StaticSize(0, "the argument");
        long length = c.Int("r");
        bool repeats = c.Bool("with_replacement");
        var rows = new List<long[]>();
        Extend(rows, [], count, length, repeats);
        long[] positions = [.. rows.SelectMany(row => row)];
        return c.B.Gather(c.In("self"), c.B.Constants.Integers([rows.Count, length], positions), 0);
    }

    private static void Extend(List<long[]> rows, long[] row, long count, long length, bool repeats)
    {
        ConstantPool.CheckCount((rows.Count + 1) * Math.Max(length, 1));
        if (row.Length == length)
        {
            rows.Add(row);
            return;
        }

        for (long next = row.Length == 0 ? 0 : repeats ? row[^1] : row[^1] + 1; next < count; next++)
        {
            Extend(rows, [.. row, next], count, length, repeats);
        }
    }

    private static Value BlockDiagonal(OperatorCall c)
    {
        long columns = c.Result.Sizes[1].IsStatic ? c.Result.Sizes[1].Value : throw LoweringException.Dynamic("the blocks' sizes must be static");
        var rows = new List<Value?>();
        long before = 0;
        foreach (var tensor in c.Tensors("tensors"))
        {
            var block = c.B.Unsqueeze(c.B.Cast(tensor.Value, c.ResultType()), AddedAxes(tensor.Rank, 2));
            long width = tensor.Rank == 0 ? 1 : tensor.StaticSize(tensor.Rank - 1, "a block");
            rows.Add(c.B.Op("Pad", block, c.B.Constants.Integers(0, before, 0, columns - before - width)));
            before += width;
        }

        return c.B.Concat(0, [.. rows]);
    }
}
