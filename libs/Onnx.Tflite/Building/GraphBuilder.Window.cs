using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Building;

/// <summary>Convolution, pooling and resizing of images; activations are [N, C, H, W] in logical order, weights as the kernels store them.</summary>
internal sealed partial class GraphBuilder
{
    /// <summary>Weights [O, kh, kw, I/groups], bias [O].</summary>
    public Tensor Conv2D(Tensor x, Tensor weights, Tensor bias, Conv2DOptions options, SymInt outH, SymInt outW) =>
        Add(BuiltinOperator.Conv2d, options, [x, weights, bias], TensorType.Float32, [x.Shape[0], weights.Shape[0], outH, outW]);

    /// <summary>Weights [1, kh, kw, C*multiplier], bias [C*multiplier].</summary>
    public Tensor DepthwiseConv2D(Tensor x, Tensor weights, Tensor bias, DepthwiseConv2DOptions options, SymInt outH, SymInt outW) =>
        Add(BuiltinOperator.DepthwiseConv2d, options, [x, weights, bias], TensorType.Float32, [x.Shape[0], weights.Shape[3], outH, outW]);

    /// <summary>Activations [N, C, D, H, W], weights [kd, kh, kw, I, O].</summary>
    public Tensor Conv3D(Tensor x, Tensor weights, Tensor bias, Conv3DOptions options, SymInt[] spatial) =>
        Add(BuiltinOperator.Conv3d, options, [x, weights, bias], TensorType.Float32, [x.Shape[0], weights.Shape[4], .. spatial]);

    /// <summary>Weights [O, kh, kw, I].</summary>
    public Tensor TransposeConv(Tensor x, Tensor weights, Tensor bias, TransposeConvOptions options, SymInt outH, SymInt outW)
    {
        SymInt[] shape = [x.Shape[0], weights.Shape[0], outH, outW];
        var stored = new RuntimeShape(this).Vector([shape[0], shape[2], shape[3], shape[1]], x);
        return Add(BuiltinOperator.TransposeConv, options, [stored, weights, x, bias], TensorType.Float32, shape);
    }

    public Tensor Pool(BuiltinOperator code, Tensor x, Pool2DOptions options, SymInt outH, SymInt outW) =>
        Add(code, options, [x], x.Type, [x.Shape[0], x.Shape[1], outH, outW]);

    public Tensor ResizeBilinear(Tensor x, ResizeBilinearOptions options, SymInt outH, SymInt outW) =>
        Add(BuiltinOperator.ResizeBilinear, options, [x, new RuntimeShape(this).Vector([outH, outW], x)], x.Type, [x.Shape[0], x.Shape[1], outH, outW]);

    public Tensor ResizeNearest(Tensor x, ResizeNearestNeighborOptions options, SymInt outH, SymInt outW)
    {
        var carried = Carry(BuiltinOperator.ResizeNearestNeighbor, x);
        SymInt[] shape = [x.Shape[0], x.Shape[1], outH, outW];
        return Restore(Add(BuiltinOperator.ResizeNearestNeighbor, options, [carried, new RuntimeShape(this).Vector([outH, outW], x)], carried.Type, shape), x.Type);
    }

    /// <summary>Blocks of channels laid out in space; the channel order is the kernel's (block row, block column, channel).</summary>
    public Tensor DepthToSpace(Tensor x, int block)
    {
        var carried = Carry(BuiltinOperator.DepthToSpace, x);
        SymInt[] shape = [x.Shape[0], SymInt.FloorDivide(x.Shape[1], block * block), x.Shape[2] * block, x.Shape[3] * block];
        return Restore(Add(BuiltinOperator.DepthToSpace, new BlockOptions(94, block), [carried], carried.Type, shape), x.Type);
    }

    public Tensor SpaceToDepth(Tensor x, int block)
    {
        var carried = Carry(BuiltinOperator.SpaceToDepth, x);
        SymInt[] shape = [x.Shape[0], x.Shape[1] * (block * block), SymInt.FloorDivide(x.Shape[2], block), SymInt.FloorDivide(x.Shape[3], block)];
        return Restore(Add(BuiltinOperator.SpaceToDepth, new BlockOptions(19, block), [carried], carried.Type, shape), x.Type);
    }
}
