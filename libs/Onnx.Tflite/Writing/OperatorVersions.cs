using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;
using Platform.Budgets;

namespace Onnx.Tflite.Writing;

/// <summary>The lowest version of each operator that has the features used, and the first runtime that knows it.</summary>
[DataTable("Versions of the file format: one branch an operator with more than one.")]
internal static class OperatorVersions
{
    private static readonly Dictionary<(BuiltinOperator Code, int Version), RuntimeVersionNumber> s_runtimes = new()
    {
        [(BuiltinOperator.Abs, 5)] = new(2, 12),
        [(BuiltinOperator.Add, 4)] = new(2, 6),
        [(BuiltinOperator.Add, 5)] = new(2, 13),
        [(BuiltinOperator.ArgMax, 3)] = new(2, 9),
        [(BuiltinOperator.Atan2, 1)] = new(2, 10),
        [(BuiltinOperator.BatchMatmul, 1)] = new(2, 3),
        [(BuiltinOperator.BatchMatmul, 2)] = new(2, 3),
        [(BuiltinOperator.BatchMatmul, 3)] = new(2, 4),
        [(BuiltinOperator.Bitcast, 1)] = new(2, 13),
        [(BuiltinOperator.BitwiseXor, 1)] = new(2, 13),
        [(BuiltinOperator.BroadcastTo, 2)] = new(2, 5),
        [(BuiltinOperator.BroadcastTo, 3)] = new(2, 5),
        [(BuiltinOperator.Cast, 2)] = new(2, 7),
        [(BuiltinOperator.Cast, 3)] = new(2, 8),
        [(BuiltinOperator.Cast, 4)] = new(2, 9),
        [(BuiltinOperator.Cast, 5)] = new(2, 12),
        [(BuiltinOperator.Cast, 7)] = new(2, 17),
        [(BuiltinOperator.Conv2d, 4)] = new(2, 3),
        [(BuiltinOperator.Conv2d, 6)] = new(2, 9),
        [(BuiltinOperator.Conv3d, 1)] = new(2, 5),
        [(BuiltinOperator.Cumsum, 1)] = new(2, 4),
        [(BuiltinOperator.DepthwiseConv2d, 5)] = new(2, 3),
        [(BuiltinOperator.Dequantize, 4)] = new(2, 2),
        [(BuiltinOperator.Dequantize, 5)] = new(2, 7),
        [(BuiltinOperator.Div, 2)] = new(2, 3),
        [(BuiltinOperator.DynamicUpdateSlice, 1)] = new(2, 9),
        [(BuiltinOperator.Equal, 3)] = new(2, 3),
        [(BuiltinOperator.FullyConnected, 7)] = new(2, 3),
        [(BuiltinOperator.FullyConnected, 6)] = new(2, 1),
        [(BuiltinOperator.Gather, 4)] = new(2, 4),
        [(BuiltinOperator.Gather, 5)] = new(2, 5),
        [(BuiltinOperator.GatherNd, 5)] = new(2, 16),
        [(BuiltinOperator.GatherNd, 3)] = new(2, 5),
        [(BuiltinOperator.Gelu, 1)] = new(2, 9),
        [(BuiltinOperator.Maximum, 3)] = new(2, 3),
        [(BuiltinOperator.Mean, 3)] = new(2, 4),
        [(BuiltinOperator.Minimum, 3)] = new(2, 3),
        [(BuiltinOperator.MirrorPad, 2)] = new(2, 3),
        [(BuiltinOperator.Mul, 4)] = new(2, 3),
        [(BuiltinOperator.Mul, 5)] = new(2, 6),
        [(BuiltinOperator.Mul, 7)] = new(2, 13),
        [(BuiltinOperator.NotEqual, 3)] = new(2, 3),
        [(BuiltinOperator.Pad, 3)] = new(2, 4),
        [(BuiltinOperator.Pad, 4)] = new(2, 6),
        [(BuiltinOperator.Pad, 5)] = new(2, 20),
        [(BuiltinOperator.Padv2, 3)] = new(2, 4),
        [(BuiltinOperator.Padv2, 4)] = new(2, 6),
        [(BuiltinOperator.Quantize, 3)] = new(2, 7),
        [(BuiltinOperator.Range, 2)] = new(2, 14),
        [(BuiltinOperator.ReduceAll, 1)] = new(2, 6),
        [(BuiltinOperator.ReduceProd, 2)] = new(2, 6),
        [(BuiltinOperator.Relu0To1, 1)] = new(2, 10),
        [(BuiltinOperator.ResizeBilinear, 3)] = new(2, 2),
        [(BuiltinOperator.ResizeBilinear, 4)] = new(2, 5),
        [(BuiltinOperator.ResizeNearestNeighbor, 3)] = new(2, 3),
        [(BuiltinOperator.ResizeNearestNeighbor, 4)] = new(2, 4),
        [(BuiltinOperator.RightShift, 1)] = new(2, 13),
        [(BuiltinOperator.ScatterNd, 1)] = new(2, 1),
        [(BuiltinOperator.SelectV2, 1)] = new(2, 2),
        [(BuiltinOperator.SelectV2, 2)] = new(2, 12),
        [(BuiltinOperator.Sign, 1)] = new(2, 11),
        [(BuiltinOperator.Sign, 2)] = new(2, 12),
        [(BuiltinOperator.Slice, 4)] = new(2, 4),
        [(BuiltinOperator.Slice, 5)] = new(2, 5),
        [(BuiltinOperator.Softmax, 3)] = new(2, 3),
        [(BuiltinOperator.SplitV, 2)] = new(2, 3),
        [(BuiltinOperator.StridedSlice, 4)] = new(2, 2),
        [(BuiltinOperator.StablehloAdd, 1)] = new(2, 16),
        [(BuiltinOperator.StablehloAnd, 1)] = new(2, 17),
        [(BuiltinOperator.StablehloMaximum, 1)] = new(2, 16),
        [(BuiltinOperator.StablehloMinimum, 1)] = new(2, 16),
        [(BuiltinOperator.StablehloMultiply, 1)] = new(2, 16),
        [(BuiltinOperator.Sub, 3)] = new(2, 3),
        [(BuiltinOperator.Sub, 4)] = new(2, 4),
        [(BuiltinOperator.Transpose, 4)] = new(2, 3),
        [(BuiltinOperator.Transpose, 5)] = new(2, 4),
        [(BuiltinOperator.Transpose, 6)] = new(2, 12),
        [(BuiltinOperator.Transpose, 8)] = new(2, 22),
        [(BuiltinOperator.TransposeConv, 3)] = new(2, 3),
        [(BuiltinOperator.TransposeConv, 4)] = new(2, 13),
    };

    // What the table does not name has been in every runtime since 2.0.
    private static readonly RuntimeVersionNumber s_always = new(1, 15);

    /// <summary>The first runtime with a version of an operator.</summary>
    public static RuntimeVersionNumber RuntimeOf(BuiltinOperator code, int version) => s_runtimes.GetValueOrDefault((code, version), s_always);

    /// <summary>The lowest version that an operator needs.</summary>
    public static int Of(Operator op)
    {
        TensorType first = op.Inputs.Count > 0 && op.Inputs[0] is { } input ? input.Type : TensorType.Float32;
        bool quantized = op.Outputs.Count > 0 && op.Output.Quantization is not null;
        int rank = op.Outputs.Count > 0 ? op.Output.Rank : 0;
        return op.Code switch
        {
            BuiltinOperator.Abs => first switch { TensorType.Int8 => 2, TensorType.Int16 => 3, TensorType.Int32 => 5, _ => 1 },
            BuiltinOperator.Add => first switch { TensorType.Int8 => 2, TensorType.Int16 => quantized ? 3 : 5, TensorType.Int64 => 4, _ => 1 },
            BuiltinOperator.ArgMax or BuiltinOperator.ArgMin => first switch { TensorType.Int8 => 2, TensorType.Bool => 3, _ => 1 },
            BuiltinOperator.AveragePool2d or BuiltinOperator.MaxPool2d => first switch { TensorType.Int8 => 2, TensorType.Int16 => 3, _ => 1 },
            BuiltinOperator.BatchMatmul => first switch { TensorType.Int8 => 2, TensorType.Int16 => 3, _ => 1 },
            BuiltinOperator.BroadcastTo => first is TensorType.Int8 or TensorType.Int16 ? 3 : 2,
            BuiltinOperator.Cast => Cast(first, op.Output.Type),
            BuiltinOperator.Concatenation => first switch { TensorType.Int8 => 2, TensorType.Int16 => 3, TensorType.UInt32 => 4, _ => 1 },
            BuiltinOperator.Conv2d => op.Input(1).Shape[3] != op.Input(0).Shape[^1] ? 6 : first switch { TensorType.Int8 => 3, TensorType.Int16 => 4, _ => 1 },
            BuiltinOperator.DepthToSpace or BuiltinOperator.SpaceToDepth => first == TensorType.Int8 ? 2 : 1,
            BuiltinOperator.DepthwiseConv2d => first switch
            {
                TensorType.Int8 => 3,
                TensorType.Int16 => 5,
                _ => op.Options is DepthwiseConv2DOptions { DilationH: 1, DilationW: 1 } ? 1 : 2,
            },
            BuiltinOperator.Dequantize => op.Input(0).Quantization is { IsPerTensor: false } ? 5 : first switch { TensorType.Int16 or TensorType.Float16 => 3, TensorType.Int8 => 2, _ => 1 },
            BuiltinOperator.Div => rank > 4 ? 2 : 1,
            BuiltinOperator.Equal or BuiltinOperator.NotEqual => first switch { TensorType.Int8 => 2, TensorType.Bool => 1, _ => 1 },
            BuiltinOperator.FullyConnected => FullyConnected(op, first),
            BuiltinOperator.Gather => op.Options is GatherOptions { BatchDims: not 0 } ? 5 : first switch { TensorType.Int16 => 4, TensorType.Bool => 3, TensorType.Int8 => 2, _ => 1 },
            BuiltinOperator.GatherNd => first switch { TensorType.Bool => 5, TensorType.Int16 => 3, TensorType.Int8 => 2, _ => 1 },
            BuiltinOperator.Greater or BuiltinOperator.GreaterEqual or BuiltinOperator.Less or BuiltinOperator.LessEqual => first == TensorType.Int8 ? 2 : 1,
            BuiltinOperator.L2Normalization or BuiltinOperator.LeakyRelu or BuiltinOperator.LogSoftmax => first switch { TensorType.Int8 or TensorType.Int16 => 2, _ => 1 },
            BuiltinOperator.Logistic or BuiltinOperator.Tanh or BuiltinOperator.Softmax => first switch { TensorType.Int8 => 2, TensorType.Int16 => 3, _ => 1 },
            BuiltinOperator.Maximum or BuiltinOperator.Minimum => rank > 4 ? first == TensorType.Int16 ? 4 : 3 : first switch { TensorType.Int8 => 2, TensorType.Int16 => 4, _ => 1 },
            BuiltinOperator.Mean or BuiltinOperator.ReduceMax or BuiltinOperator.ReduceMin => first switch { TensorType.Int8 => 2, TensorType.Int16 => 3, _ => 1 },
            BuiltinOperator.MirrorPad => first == TensorType.Int8 ? 2 : 1,
            BuiltinOperator.Mul => Mul(op, first, quantized),
            BuiltinOperator.OneHot or BuiltinOperator.Prelu or BuiltinOperator.ReverseV2 or BuiltinOperator.SpaceToDepth => 1,
            BuiltinOperator.Pad or BuiltinOperator.Padv2 => rank > 4 ? 4 : first switch { TensorType.Int8 => 2, TensorType.Int16 => 3, TensorType.Bool => 5, _ => 1 },
            BuiltinOperator.Quantize => op.Output.Quantization is { IsPerTensor: false } ? 3 : first == TensorType.Int16 || op.Output.Type == TensorType.Int16 ? 2 : 1,
            BuiltinOperator.Range => first == TensorType.Int64 ? 2 : 1,
            BuiltinOperator.ReduceProd => first is TensorType.Int8 or TensorType.Int16 ? 2 : 1,
            BuiltinOperator.Relu or BuiltinOperator.Relu6 or BuiltinOperator.ReluN1To1 => first switch { TensorType.Int8 => 2, TensorType.Int16 => 3, _ => 1 },
            BuiltinOperator.ResizeBilinear => first == TensorType.Int16 ? 4 : op.Options is ResizeBilinearOptions { HalfPixelCenters: true } ? 3 : first == TensorType.Int8 ? 2 : 1,
            BuiltinOperator.ResizeNearestNeighbor => first == TensorType.Int16 ? 4
                : op.Options is ResizeNearestNeighborOptions { HalfPixelCenters: true } or ResizeNearestNeighborOptions { AlignCorners: true } ? 3 : first == TensorType.Int8 ? 2 : 1,
            BuiltinOperator.Rsqrt => first == TensorType.Int8 ? 2 : 1,
            BuiltinOperator.SelectV2 => 1,
            BuiltinOperator.Sign => first == TensorType.Int32 ? 2 : 1,
            BuiltinOperator.Slice => rank > 4 ? 5 : first switch { TensorType.Int8 => 2, TensorType.Int16 => 4, _ => 1 },
            BuiltinOperator.Split => op.Input(1).Type switch { TensorType.Int8 => 2, TensorType.Int32 => 3, TensorType.Int16 => 4, _ => 1 },
            BuiltinOperator.SplitV => first is TensorType.Int8 ? 2 : 1,
            BuiltinOperator.SquaredDifference or BuiltinOperator.TopkV2 => first == TensorType.Int8 ? 2 : 1,
            BuiltinOperator.StridedSlice => rank > 4 ? 4 : first switch { TensorType.Int8 => 2, TensorType.Bool => 3, _ => 1 },
            BuiltinOperator.Sub => first switch { TensorType.Int64 => 4, TensorType.Int16 => 5, _ => rank > 4 ? 3 : first == TensorType.Int8 ? 2 : 1 },
            BuiltinOperator.Sum => first == TensorType.Int8 ? 2 : 1,
            BuiltinOperator.Tile => first is TensorType.Int8 ? 3 : 1,
            BuiltinOperator.Transpose => rank > 6 ? 8 : rank > 5 ? 6 : first == TensorType.Int16 ? 5 : rank > 4 ? 4 : first switch { TensorType.Bool => 3, TensorType.Int8 => 2, _ => 1 },
            BuiltinOperator.TransposeConv => op.Options is TransposeConvOptions { Activation: not Activation.None } ? 4 : op.Inputs.Count == 4 ? 3 : op.Input(2).Type == TensorType.Int8 ? 2 : 1,
            _ => 1,
        };
    }

    private static int Cast(TensorType from, TensorType to)
    {
        bool Either(TensorType type) => from == type || to == type;
        return Either(TensorType.BFloat16) ? 7 : Either(TensorType.Float16) || Either(TensorType.Float64) ? 5
            : Either(TensorType.UInt16) ? 4 : Either(TensorType.Int8) ? 3 : Either(TensorType.UInt32) ? 2 : 1;
    }

    private static int FullyConnected(Operator op, TensorType first)
    {
        bool keep = op.Options is FullyConnectedOptions { KeepNumDims: true };
        return first == TensorType.Int16 ? 7 : op.Inputs.Count == 2 ? 6 : keep ? 5 : first == TensorType.Int8 ? 4 : 1;
    }

    private static int Mul(Operator op, TensorType first, bool quantized)
    {
        if (quantized && first != TensorType.Int16 && op.Input(0).Quantization is { } a && op.Input(1).Quantization is { } b && a.Scale * b.Scale / op.Output.Quantization!.Scale >= 1)
        {
            return 3;
        }

        return first switch { TensorType.Int8 => 2, TensorType.Int16 => quantized ? 4 : 7, TensorType.Int64 => 5, TensorType.UInt32 => 7, _ => 1 };
    }
}
