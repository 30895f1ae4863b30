using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Pools without padding, over one, two or three axes.</summary>
internal static class SpatialPool
{
    /// <summary>Pools a tensor that is padded already.</summary>
    public static Tensor Apply(GraphBuilder b, BuiltinOperator code, Tensor x, PoolWindow window, Padding padding)
    {
        if (window.Geometry.Rank == 3)
        {
            return Volume(b, code, x, window);
        }

        var data = WindowLayout.WithHeight(b, x);
        SymInt outH = window.Geometry.Rank == 1 ? 1 : window.Output[0];
        return WindowLayout.WithoutHeight(b, b.Pool(code, data, window.Options(padding), outH, window.Output[^1]), x.Rank);
    }

    // First over height and width of every slice, then over depth; both maxima and means of equal windows allow it.
    private static Tensor Volume(GraphBuilder b, BuiltinOperator code, Tensor x, PoolWindow window)
    {
        var g = window.Geometry;
        SymInt batch = x.Shape[0], channels = x.Shape[1], depth = x.Shape[2], outH = window.Output[1], outW = window.Output[2];
        var slices = b.Reshape(x, [batch, channels * depth, x.Shape[3], x.Shape[4]]);
        var planar = new Pool2DOptions(Padding.Valid, (int)g.Strides[1], (int)g.Strides[2], (int)g.Kernel[1].Value, (int)g.Kernel[2].Value);
        var pooled = b.Pool(code, slices, planar, outH, outW);
        var columns = b.Reshape(pooled, [batch, channels, depth, outH * outW]);
        var deep = new Pool2DOptions(Padding.Valid, (int)g.Strides[0], 1, (int)g.Kernel[0].Value, 1);
        return b.Reshape(b.Pool(code, columns, deep, window.Output[0], outH * outW), [batch, channels, window.Output[0], outH, outW]);
    }
}
