using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>A pooling window with how far its last position reaches beyond the padded input (ceil_mode).</summary>
internal sealed class PoolWindow
{
    private PoolWindow(WindowGeometry geometry, SymInt[] input, SymInt[] output)
    {
        Geometry = geometry;
        Input = input;
        Output = output;
        Overhang = new long[geometry.Rank];
        for (int axis = 0; axis < Overhang.Length; axis++)
        {
            var reach = ((output[axis] - 1) * geometry.Strides[axis]) + geometry.Extent(axis) - (input[axis] + geometry.PadsBegin[axis] + geometry.PadsEnd[axis]);
            Overhang[axis] = reach.IsKnown ? Math.Max(reach.Value, 0) : 0;
        }
    }

    public WindowGeometry Geometry { get; }

    public SymInt[] Input { get; }

    public SymInt[] Output { get; }

    /// <summary>By axis: how many positions of the last window lie beyond all padding.</summary>
    public long[] Overhang { get; }

    public bool HasDilation => Array.Exists(Geometry.Dilations, dilation => dilation != 1);

    public bool Reaches => Array.Exists(Overhang, reach => reach > 0);

    public SymInt[] PadsEndWithOverhang => [.. Geometry.PadsEnd.Select((pad, axis) => pad + Overhang[axis])];

    public static PoolWindow Of(LoweringNode n, Tensor x)
    {
        var kernel = Array.ConvertAll(n.Node.Ints("kernel_shape") ?? throw n.Invalid("attribute kernel_shape is missing"), SymInt.FromInt64);
        var output = n.OutShape(0)[2..];
        if (n.Node.Int("ceil_mode", 0) != 0 && !Array.TrueForAll(output, dim => dim.IsKnown))
        {
            throw n.Dynamic("ceil_mode over an open axis");
        }

        return new PoolWindow(WindowGeometry.Of(n.Node, kernel, x.Shape[2..]), x.Shape[2..], output);
    }

    public bool IsSame(Tensor x) => !Reaches && WindowLayout.IsSame(Geometry, x.Shape[2..]);

    public Pool2DOptions Options(Padding padding)
    {
        var (strideH, strideW) = WindowLayout.Pair(Geometry.Strides);
        var (filterH, filterW) = WindowLayout.Pair([.. Geometry.Kernel.Select(size => size.Value)]);
        return new Pool2DOptions(padding, strideH, strideW, filterH, filterW);
    }
}
