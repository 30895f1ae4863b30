using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Passes;

/// <summary>Constants with one number a channel.</summary>
internal static class ChannelConstant
{
    /// <summary>The numbers, spread to all channels; null for constants that differ along other axes.</summary>
    public static float[]? TryRead(Tensor? constant, int rank, int axis, long channels)
    {
        if (constant is not { IsConstant: true, Type: Schema.TensorType.Float32 })
        {
            return null;
        }

        if (constant.IsScalarLike)
        {
            float[] same = new float[channels];
            same.AsSpan().Fill(ConstantTensors.ReadFloats(constant)[0]);
            return same;
        }

        int own = axis - (rank - constant.Rank);
        return own >= 0 && constant.Count == channels && constant.Shape[own] == channels ? ConstantTensors.ReadFloats(constant) : null;
    }
}
