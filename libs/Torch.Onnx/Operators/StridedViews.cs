using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;

namespace Torch.Onnx.Operators;

/// <summary>as_strided: any positions of a tensor's memory. They are computed now, over the memory's owner.</summary>
internal static class StridedViews
{
    public static ViewRule Rule(OperatorCall c, TensorView view)
    {
        var root = view.Root.Meta;
        long[] order = PhysicalOrder(root);
        long offset = (c.OptionalInt("storage_offset") ?? Static(view.Meta.StorageOffset)) - Static(root.StorageOffset);
        long[] sizes = c.Ints("size");
        long[] positions = Positions(sizes, c.Ints("stride"), offset, Count(root));
        var physical = ViewRules.Permuted(c, root, order);
        SymInt[] apart = [.. order.Select(axis => root.Sizes[axis])];
        SymInt[] flat = [Count(root)];
        bool isUnique = positions.Distinct().Count() == positions.Length;
        var target = Array.ConvertAll(sizes, size => (SymInt)size);
        SymInt[] line = [positions.Length];
        return new ViewRule(
            x => c.Reshape(c.B.Gather(c.Reshape(physical.Read(x), apart, flat), c.B.Constants.Integers(positions), 0), line, target),
            !isUnique ? null : (parent, child) =>
            {
                var memory = c.Reshape(physical.Read(parent), apart, flat);
                var written = c.B.Op("ScatterND", memory, c.B.Constants.Integers([positions.Length, 1], positions), c.Reshape(child, target, line));
                return physical.Write!(parent, c.Reshape(written, flat, apart));
            });
    }

    // The dimensions from the largest stride to the smallest; the tensor must fill its memory without gaps.
    private static long[] PhysicalOrder(TensorMeta meta)
    {
        long[] order = [.. BuilderShapes.Order(meta.Rank).OrderByDescending(axis => Static(meta.Strides[axis])).ThenByDescending(axis => Static(meta.Sizes[axis]))];
        long expected = 1;
        foreach (long axis in order.Reverse())
        {
            if (Static(meta.Sizes[axis]) != 1 && Static(meta.Strides[axis]) != expected)
            {
                throw LoweringException.Argument("as_strided is mapped on tensors that fill their memory");
            }

            expected *= Static(meta.Sizes[axis]);
        }

        return meta.Type.IsComplex() ? throw CallOperands.Complex() : order;
    }

    private static long[] Positions(long[] sizes, long[] strides, long offset, long memory)
    {
        if (sizes.Length != strides.Length)
        {
            throw LoweringException.Malformed("as_strided has more sizes than strides");
        }

        long count = sizes.Aggregate(1L, (product, size) => checked(product * size));
        ConstantPool.CheckCount(count);
        long[] positions = new long[count];
        for (int i = 0; i < positions.Length; i++)
        {
            long rest = i;
            long position = offset;
            for (int axis = sizes.Length - 1; axis >= 0; axis--)
            {
                position = checked(position + (rest % sizes[axis] * strides[axis]));
                rest /= sizes[axis];
            }

            positions[i] = position >= 0 && position < memory ? position : throw LoweringException.Argument("as_strided reaches outside the tensor's memory");
        }

        return positions;
    }

    private static long Count(TensorMeta meta) => meta.Sizes.Aggregate(1L, (product, size) => checked(product * Static(size)));

    private static long Static(SymInt size) => size.IsStatic ? size.Value : throw LoweringException.Dynamic("as_strided needs static sizes");
}
