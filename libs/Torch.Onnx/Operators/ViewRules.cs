using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;

namespace Torch.Onnx.Operators;

/// <summary>How views are read and written back.</summary>
internal static class ViewRules
{
    /// <summary>Makes the call's result number <paramref name="index"/> a view of an argument.</summary>
    public static void ReturnView(this OperatorCall c, TensorView viewed, ViewRule rule, int index = 0, Value? value = null) =>
        c.Return(index, new CallResult.View(viewed, value ?? rule.Read(viewed.Read()), rule));

    /// <summary>The same elements in another shape.</summary>
    public static ViewRule Reshaped(OperatorCall c, TensorMeta from, TensorMeta to)
    {
        bool isComplex = from.Type.IsComplex();
        return new ViewRule(x => c.Reshape(x, from.Sizes, to.Sizes, isComplex), (_, child) => c.Reshape(child, to.Sizes, from.Sizes, isComplex));
    }

    /// <summary>Dimensions in another order.</summary>
    public static ViewRule Permuted(OperatorCall c, TensorMeta from, long[] order)
    {
        long[] full = from.Type.IsComplex() ? [.. order, order.Length] : order;
        long[] inverse = new long[full.Length];
        for (int i = 0; i < full.Length; i++)
        {
            inverse[full[i]] = i;
        }

        return new ViewRule(x => c.B.Transpose(x, full), (_, child) => c.B.Transpose(child, inverse));
    }

    /// <summary>Elements start, start + step ... before end along an axis.</summary>
    public static ViewRule Sliced(OperatorCall c, TensorMeta from, int axis, Number start, Number end, long step)
    {
        var size = from.Sizes[axis];
        if (start.IsConstant && end.IsConstant && size.IsStatic)
        {
            long first = Clamp(start.Integer, size.Value);
            long last = Math.Max(Clamp(end.Integer, size.Value), first);
            return new ViewRule(
                x => first == 0 && last == size.Value && step == 1 ? x : c.B.Slice(x, axis, first, last, step),
                (parent, child) => SliceWrites.Static(c.B, parent, child, from, axis, first, last, step));
        }

        return new ViewRule(
            x => start.IsConstant && end.IsConstant ? c.B.Slice(x, axis, start.Integer, end.Integer, step) : c.B.Slice(x, axis, start.ToPiece(c.B), end.ToPiece(c.B), step),
            step == 1 ? (parent, child) => SliceWrites.Dynamic(c.B, parent, child, axis, start, end) : null);
    }

    /// <summary>The slice at one position, its dimension removed.</summary>
    public static ViewRule Selected(OperatorCall c, TensorMeta from, int axis, Number index)
    {
        var size = from.Sizes[axis];
        long? position = index.IsConstant && index.Integer < 0 && size.IsStatic ? index.Integer + size.Value : index.IsConstant ? index.Integer : null;
        if (position is { } known && size.IsStatic && known >= size.Value)
        {
            throw LoweringException.Malformed($"index {known} of a dimension of {size}");
        }

        return new ViewRule(
            x => position is { } fixedIndex ? c.B.Select(x, axis, fixedIndex) : c.B.Gather(x, index.ToValue(c.B, global::Onnx.Model.DataType.Int64), axis),
            (parent, child) => SliceWrites.Select(c.B, parent, child, from, axis, position is { } fixedIndex ? fixedIndex : index));
    }

    private static long Clamp(long bound, long size) => Math.Clamp(bound < 0 ? bound + size : bound, 0, size);
}
