using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>MaxUnpool: values put back where MaxPool found them, zeros elsewhere.</summary>
internal static class MaxUnpool
{
    public static void Lower(LoweringNode n)
    {
        Tensor x = n.In(0), indices = n.In(1);
        var shape = n.OutShape(0);
        if (!x.IsStatic || !Array.TrueForAll(shape, dim => dim.IsKnown) || Array.Exists(shape, dim => dim.IsDataDependent))
        {
            throw n.Dynamic("MaxUnpool needs known shapes");
        }

        // The indices number the result of the default size; a larger one only adds room at the ends.
        long[] inferred = DefaultShape(n, x), output = [.. shape.Select(dim => dim.Value)];
        long count = inferred.Aggregate(1L, (product, dim) => product * dim);
        var positions = n.B.Reshape(n.B.Cast(indices, Schema.TensorType.Int32), [x.Count, 1]);
        var spread = n.B.Reshape(n.B.ScatterNd(positions, n.B.Reshape(x, [x.Count]), [count]), Array.ConvertAll(inferred, SymInt.FromInt64));
        SymInt[] after = [.. output.Zip(inferred, (wanted, own) => (SymInt)(wanted - own))];
        n.Out(0, Array.Exists(after, pad => pad.Value < 0)
            ? throw n.Unsupported("an output_shape smaller than the pooled size")
            : n.B.Pad(spread, new SymInt[x.Rank], after));
    }

    private static long[] DefaultShape(LoweringNode n, Tensor x)
    {
        long[] kernel = n.Node.Ints("kernel_shape")!;
        var window = WindowGeometry.Of(n.Node, Array.ConvertAll(kernel, SymInt.FromInt64), x.Shape[2..]);
        return
        [
            x.Dims[0], x.Dims[1],
            .. Enumerable.Range(0, kernel.Length).Select(axis => ((x.Dims[axis + 2] - 1) * window.Strides[axis]) + kernel[axis] - window.PadsBegin[axis].Value - window.PadsEnd[axis].Value),
        ];
    }
}
