using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;

namespace Torch.Onnx.Operators;

/// <summary>Views that keep every element: other shapes and orders, and other names for the same tensor.</summary>
internal static class ViewOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        new("view _reshape_alias view_as unflatten.int", "Reshape", c => Reshape(c, true)),
        new("reshape reshape_as flatten.using_ints ravel _unsafe_view view_copy", "Reshape", c => Reshape(c, MemoryLayout.IsReshapeView(c.View("self").Meta, c.Result.Sizes))),
        new("atleast_1d atleast_2d atleast_3d", "Reshape", c => Reshape(c, true)),
        new("permute permute_copy", "Transpose", c => Permute(c, c.Dims("dims", c.View("self").Meta.Rank))),
        new("transpose.int transpose_copy.int swapaxes swapdims", "Transpose", Transpose),
        new("t t_copy numpy_T numpy_T.a matrix_H matrix_H.a mT mT.a mH mH.a adjoint", "Transpose", TransposeLast),
        new("movedim.int movedim.intlist moveaxis.int moveaxis.intlist", "Transpose", MoveDim),
        new("squeeze squeeze.dim squeeze.dims squeeze_copy squeeze_copy.dim squeeze_copy.dims", "Squeeze", Squeeze),
        new("unsqueeze unsqueeze_copy", "Unsqueeze", Unsqueeze),
        new("expand expand_copy expand_as broadcast_to", "Expand", Expand),
        new("alias alias_copy detach detach_copy lift_fresh lift resolve_conj resolve_neg requires_grad_ pin_memory data", "(nothing)", c => c.Return(0, new CallResult.Same(c.View("self")))),
        new("contiguous", "(nothing)", c => Same(c, MemoryLayout.IsContiguous(c.View("self").Meta))),
        new("clone lift_fresh_copy", "(nothing)", c => c.Return(c.Tensor("self").Value)),
        OperatorEntry.Many("broadcast_tensors", "Expand", BroadcastTensors),
        OperatorEntry.Many("meshgrid meshgrid.indexing", "Reshape, Expand", MeshGrid),
        new("sum_to_size", "ReduceSum, Reshape", SumToSize),
    ];

    /// <summary>The argument itself, or a tensor of its own with the same elements.</summary>
    public static void Same(OperatorCall c, bool isAlias) =>
        c.Return(0, isAlias ? new CallResult.Same(c.View("self")) : new CallResult.Fresh(c.Tensor("self").Value));

    private static void Reshape(OperatorCall c, bool isView)
    {
        var view = c.View("self");
        var rule = ViewRules.Reshaped(c, view.Meta, c.Result);
        if (isView)
        {
            c.ReturnView(view, rule);
        }
        else
        {
            c.Return(rule.Read(view.Read()));
        }
    }

    private static void Permute(OperatorCall c, long[] order)
    {
        var view = c.View("self");
        if (order.Length != view.Meta.Rank || order.Distinct().Count() != order.Length)
        {
            throw LoweringException.Malformed("the dimensions of a permutation are not all different");
        }

        c.ReturnView(view, ViewRules.Permuted(c, view.Meta, order));
    }

    private static void Transpose(OperatorCall c)
    {
        int rank = c.View("self").Meta.Rank;
        bool isAxes = c.Schema.Find("axis0") is not null;
        Swap(c, c.Dim(isAxes ? "axis0" : "dim0", rank), c.Dim(isAxes ? "axis1" : "dim1", rank));
    }

    private static void TransposeLast(OperatorCall c)
    {
        var view = c.View("self");
        bool isConjugate = c.Schema.Name is "aten.adjoint.default" || c.Schema.Name.Contains("H.", StringComparison.Ordinal);
        if (isConjugate && view.Meta.Type.IsComplex())
        {
            throw CallOperands.Complex();
        }

        if (c.Schema.Name.StartsWith("aten.numpy_T", StringComparison.Ordinal))
        {
            Permute(c, [.. BuilderShapes.Order(view.Meta.Rank).Reverse()]);
        }
        else if (view.Meta.Rank < 2)
        {
            c.Return(0, new CallResult.Same(view));
        }
        else
        {
            Swap(c, view.Meta.Rank - 2, view.Meta.Rank - 1);
        }
    }

    private static void Swap(OperatorCall c, int first, int second)
    {
        long[] order = BuilderShapes.Order(c.View("self").Meta.Rank);
        if (order.Length > 0)
        {
            (order[first], order[second]) = (order[second], order[first]);
        }

        Permute(c, order);
    }

    private static void MoveDim(OperatorCall c)
    {
        int rank = c.View("self").Meta.Rank;
        long[] source = c.Dims("source", rank);
        long[] destination = c.Dims("destination", rank);
        var order = BuilderShapes.Order(rank).Except(source).ToList();
        foreach (var (from, to) in source.Zip(destination).OrderBy(pair => pair.Second))
        {
            order.Insert((int)to, from);
        }

        Permute(c, [.. order]);
    }

    private static void Squeeze(OperatorCall c)
    {
        var view = c.View("self");
        var meta = view.Meta;
        long[] candidates = c.Schema.Find("dim") is null ? BuilderShapes.Order(meta.Rank) : meta.Rank == 0 ? [] : c.Dims("dim", meta.Rank);
        long[] axes = [.. candidates.Where(axis => meta.Sizes[axis].Is(1))];
        if (meta.Rank - axes.Length != c.Result.Rank)
        {
            throw LoweringException.Dynamic("a dimension of size 1 is removed that is not known to be 1");
        }

        c.ReturnView(view, new ViewRule(x => c.B.Squeeze(x, axes), (_, child) => c.B.Unsqueeze(child, axes)));
    }

    private static void Unsqueeze(OperatorCall c)
    {
        var view = c.View("self");
        int axis = c.Dim("dim", view.Meta.Rank + 1);
        c.ReturnView(view, new ViewRule(x => c.B.Unsqueeze(x, axis), (_, child) => c.B.Squeeze(child, axis)));
    }

    private static void Expand(OperatorCall c)
    {
        var view = c.View("self");
        if (view.Meta.Sizes.AsSpan().SequenceEqual(c.Result.Sizes))
        {
            c.ReturnView(view, new ViewRule(x => x, (_, child) => child));
            return;
        }

        var result = c.Result;
        c.ReturnView(view, new ViewRule(x => ExpandTo(c, x, view.Meta, result.Sizes), null));
    }

    /// <summary>Expand to recorded sizes; sizes that are dynamic in both are left as they are.</summary>
    public static Value ExpandTo(OperatorCall c, Value x, TensorMeta from, SymInt[] sizes)
    {
        int added = sizes.Length - from.Rank;
        var target = new Number[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            target[i] = i >= added && from.Sizes[i - added] == sizes[i] ? 1 : c.Sizes.NumberOf(sizes[i]);
        }

        var shape = c.Sizes.ShapeOf(from.Type.IsComplex() ? [.. target, 1] : target);
        // The pair of a complex number is the last dimension; new ones go before the others.
        return c.B.Expand(x, shape);
    }

    private static Value?[] BroadcastTensors(OperatorCall c) => [.. c.Tensors("tensors").Select((tensor, i) => c.Result.Sizes.AsSpan().SequenceEqual(tensor.Sizes)
        ? tensor.Value
        : c.B.Expand(tensor.Value, c.Sizes.ShapeOf(tensor.IsComplex ? [.. c.Results[i].Sizes, 2] : c.Results[i].Sizes)))];

    private static Value?[] MeshGrid(OperatorCall c)
    {
        var tensors = c.Tensors("tensors");
        bool swaps = c.Schema.Find("indexing") is not null && c.Text("indexing") == "xy" && tensors.Length > 1;
        var made = new Value?[tensors.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            int axis = swaps && i < 2 ? 1 - i : i;
            long[] shape = new long[tensors.Length];
            Array.Fill(shape, 1);
            shape[axis] = -1;
            made[i] = c.B.Expand(c.B.Reshape(tensors[i].Value, shape), c.Sizes.ShapeOf(c.Results[i].Sizes));
        }

        return made;
    }

    private static void SumToSize(OperatorCall c)
    {
        var tensor = c.Real("self");
        int added = tensor.Rank - c.Result.Rank;
        long[] axes = [.. BuilderShapes.Order(tensor.Rank).Where(axis => axis < added || (c.Result.Sizes[axis - added].Is(1) && !tensor.Sizes[axis].Is(1)))];
        var sum = c.B.Sum(tensor.Value, axes, keepDims: true);
        long[] leading = BuilderShapes.Order(added);
        c.Return(c.B.Squeeze(sum, leading));
    }
}
