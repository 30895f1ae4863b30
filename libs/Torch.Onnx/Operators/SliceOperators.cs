using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;

namespace Torch.Onnx.Operators;

/// <summary>Parts of a tensor, and tensors with a part replaced.</summary>
internal static class SliceOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        new("slice.Tensor", "Slice", c => c.ReturnView(c.View("self"), SliceRule(c))),
        new("narrow narrow.Tensor", "Slice", c => c.ReturnView(c.View("self"), NarrowRule(c))),
        new("select.int", "Gather", c => c.ReturnView(c.View("self"), SelectRule(c))),
        new("diagonal linalg_diagonal", "Gather", c => c.ReturnView(c.View(c.Schema.Arguments[0].Name), DiagonalRule(c, c.View(c.Schema.Arguments[0].Name).Meta))),
        new("unfold", "Gather", c => c.ReturnView(c.View("self"), UnfoldRule(c))),
        new("as_strided", "Gather, Reshape", c => c.ReturnView(c.View("self").Root, StridedViews.Rule(c, c.View("self")))),
        new("slice_copy.Tensor", "Slice", c => c.Return(SliceRule(c).Read(c.View("self").Read()))),
        new("narrow_copy", "Slice", c => c.Return(NarrowRule(c).Read(c.View("self").Read()))),
        new("select_copy.int", "Gather", c => c.Return(SelectRule(c).Read(c.View("self").Read()))),
        new("diagonal_copy", "Gather", c => c.Return(DiagonalRule(c, c.View("self").Meta).Read(c.View("self").Read()))),
        new("unfold_copy", "Gather", c => c.Return(UnfoldRule(c).Read(c.View("self").Read()))),
        new("as_strided_copy", "Gather, Reshape", c => c.Return(StridedViews.Rule(c, c.View("self")).Read(c.View("self").Root.Read()))),
        new("slice_scatter", "Concat, ScatterND", c => Scatter(c, SliceRule(c))),
        new("select_scatter", "Concat, ScatterND", c => Scatter(c, SelectRule(c))),
        new("diagonal_scatter", "ScatterND", c => Scatter(c, DiagonalRule(c, c.View("self").Meta))),
        new("split.Tensor split.sizes split_with_sizes chunk tensor_split.sections tensor_split.indices hsplit.int hsplit.array vsplit.int vsplit.array dsplit.int dsplit.array", "Split", c => Split(c, true)),
        new("split_copy.Tensor split_with_sizes_copy unsafe_split.Tensor unsafe_split_with_sizes unsafe_chunk", "Split", c => Split(c, false)),
        new("unbind.int", "Split, Squeeze", c => Unbind(c, true)),
        new("unbind_copy.int", "Split, Squeeze", c => Unbind(c, false)),
    ];

    private static ViewRule SliceRule(OperatorCall c)
    {
        var meta = c.View("self").Meta;
        var start = c.OptionalNumber("start") ?? 0;
        var end = c.OptionalNumber("end") ?? long.MaxValue;
        return ViewRules.Sliced(c, meta, c.Dim("dim", meta.Rank), start, end, c.Int("step"));
    }

    private static ViewRule NarrowRule(OperatorCall c)
    {
        var meta = c.View("self").Meta;
        int axis = c.Dim("dim", meta.Rank);
        var start = c.Number("start");
        if (start is { IsConstant: true, Integer: < 0 })
        {
            start = NumberMath.Add(c.B, start, c.Sizes.NumberOf(meta.Sizes[axis]));
        }

        return ViewRules.Sliced(c, meta, axis, start, NumberMath.Add(c.B, start, c.Number("length")), 1);
    }

    private static ViewRule SelectRule(OperatorCall c)
    {
        var meta = c.View("self").Meta;
        return ViewRules.Selected(c, meta, c.Dim("dim", meta.Rank), c.Number("index"));
    }

    private static void Scatter(OperatorCall c, ViewRule rule)
    {
        var source = c.B.Cast(c.Tensor("src").Value, c.ResultType());
        c.Return(rule.Write is { } write ? write(c.Tensor("self").Value, source) : throw LoweringException.Dynamic("the part to replace must be known at conversion"));
    }

    private static ViewRule DiagonalRule(OperatorCall c, TensorMeta meta)
    {
        int first = c.Dim(c.Schema.Find("dim1") is null ? "dim0" : "dim1", meta.Rank);
        int second = c.Dim("dim2", meta.Rank);
        if (meta.Type.IsComplex())
        {
            throw CallOperands.Complex();
        }

        var positions = DiagonalPositions(c, meta.Sizes[first], meta.Sizes[second]);

        // The two dimensions come first and become one, which the positions select from.
        long[] order = [first, second, .. BuilderShapes.Order(meta.Rank).Where(axis => axis != first && axis != second)];
        var permuted = ViewRules.Permuted(c, meta, order);
        SymInt[] apart = [.. order.Select(axis => meta.Sizes[axis])];
        SymInt[] joined = [apart[0].IsStatic && apart[1].IsStatic ? apart[0].Value * apart[1].Value : new SymInt(0, "diagonal"), .. apart[2..]];
        int rank = joined.Length;
        long[] lastFirst = [rank - 1, .. BuilderShapes.Order(rank - 1)];
        long[] firstLast = [.. BuilderShapes.Order(rank).Skip(1), 0];
        return new ViewRule(
            x => c.B.Transpose(c.B.Gather(c.Reshape(permuted.Read(x), apart, joined), positions, 0), firstLast),
            (parent, child) =>
            {
                var flat = c.Reshape(permuted.Read(parent), apart, joined);
                var written = c.B.Op("ScatterND", flat, c.B.Unsqueeze(positions, 1), c.B.Transpose(child, lastFirst));
                return permuted.Write!(parent, c.Reshape(written, joined, apart));
            });
    }

    // Where the diagonal's elements lie in the two dimensions as one: every (columns + 1)th.
    private static Value DiagonalPositions(OperatorCall c, SymInt rowCount, SymInt columnCount)
    {
        var b = c.B;
        long offset = c.Int("offset");
        long row = Math.Max(-offset, 0);
        long column = Math.Max(offset, 0);
        if (rowCount.IsStatic && columnCount.IsStatic)
        {
            long length = Math.Max(Math.Min(rowCount.Value - row, columnCount.Value - column), 0);
            ConstantPool.CheckCount(length);
            return b.Constants.Integers([.. BuilderShapes.Order((int)length).Select(i => ((row + i) * columnCount.Value) + column + i)]);
        }

        var columns = c.Sizes.NumberOf(columnCount);
        var count = NumberMath.Min(b, NumberMath.Subtract(b, c.Sizes.NumberOf(rowCount), row), NumberMath.Subtract(b, columns, column));
        var places = b.Op("Range", b.Const(DataType.Int64, 0), NumberMath.Max(b, count, 0).ToValue(b, DataType.Int64), b.Const(DataType.Int64, 1));
        var start = NumberMath.Add(b, NumberMath.Multiply(b, row, columns), column);
        return b.Add(b.Mul(places, NumberMath.Add(b, columns, 1).ToValue(b, DataType.Int64)), start.ToValue(b, DataType.Int64));
    }

    private static ViewRule UnfoldRule(OperatorCall c)
    {
        var meta = c.View("self").Meta;
        if (meta.Type.IsComplex())
        {
            throw CallOperands.Complex();
        }

        int axis = c.Dim("dimension", meta.Rank);
        long size = c.Int("size");
        long step = c.Int("step");
        ConstantPool.CheckCount(size);
        if (meta.Rank == 0)
        {
            return new ViewRule(x => c.B.Unsqueeze(x, 0), null);
        }

        var windows = c.Sizes.NumberOf(c.Result.Sizes[axis]);
        long[] order = [.. BuilderShapes.Order(meta.Rank + 1).Where(dim => dim != axis + 1), axis + 1];
        return new ViewRule(x => c.B.Transpose(c.B.Gather(x, Windows(c.B, windows, size, step), axis), order), null);
    }

    /// <summary>Positions of windows: one row for each, as long as a window.</summary>
    public static Value Windows(OnnxBuilder b, Number count, long size, long step, long dilation = 1)
    {
        if (!count.IsConstant)
        {
            var starts = b.Mul(b.Op("Range", b.Const(DataType.Int64, 0), count.ToValue(b, DataType.Int64), b.Const(DataType.Int64, 1)), step);
            return b.Add(b.Unsqueeze(starts, 1), Windows(b, 1, size, step, dilation));
        }

        ConstantPool.CheckCount(checked(count.Integer * size));
        long[] positions = new long[count.Integer * size];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = (i / size * step) + (i % size * dilation);
        }

        return b.Constants.Integers([count.Integer, size], positions);
    }

    private static void Split(OperatorCall c, bool isView)
    {
        var view = c.View("self");
        int axis = SplitAxis(c, view.Meta.Rank);
        var sizes = Array.ConvertAll(c.Results, part => part.Sizes[axis]);
        if (sizes.Length == 0)
        {
            return;
        }

        var parts = Parts(c, view.Read(), axis, sizes);
        Number start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            var end = isView ? NumberMath.Add(c.B, start, c.Sizes.NumberOf(sizes[i])) : start;
            if (isView)
            {
                c.ReturnView(view, ViewRules.Sliced(c, view.Meta, axis, start, end, 1), i, parts[i]);
            }
            else
            {
                c.Return(i, new CallResult.Fresh(parts[i]));
            }

            start = end;
        }
    }

    private static Value[] Parts(OperatorCall c, Value x, int axis, SymInt[] sizes)
    {
        if (sizes.Length == 1)
        {
            return [x];
        }

        if (Array.TrueForAll(sizes, size => size.IsStatic))
        {
            return c.B.Split(x, axis, Array.ConvertAll(sizes, size => size.Value));
        }

        var types = new DataType[sizes.Length];
        Array.Fill(types, x.Type);
        return c.B.Ops("Split", [x, c.Sizes.ShapeOf(sizes)], types, Attr.From("axis", axis));
    }

    private static int SplitAxis(OperatorCall c, int rank) => c.Schema.Name.Split('.')[1] switch
    {
        "hsplit" => rank == 1 ? 0 : 1,
        "vsplit" => 0,
        "dsplit" => 2,
        _ => c.Dim("dim", rank),
    };

    private static void Unbind(OperatorCall c, bool isView)
    {
        var view = c.View("self");
        int axis = c.Dim("dim", view.Meta.Rank);
        var ones = new SymInt[c.Results.Length];
        Array.Fill(ones, 1);
        if (ones.Length == 0)
        {
            return;
        }

        var parts = Parts(c, view.Read(), axis, ones);
        for (int i = 0; i < parts.Length; i++)
        {
            var part = c.B.Squeeze(parts[i], axis);
            if (isView)
            {
                c.ReturnView(view, ViewRules.Selected(c, view.Meta, axis, i), i, part);
            }
            else
            {
                c.Return(i, new CallResult.Fresh(part));
            }
        }
    }
}
