using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>QuantizeLinear in plain arithmetic: rounds half to even as ONNX does, where the QUANTIZE kernel rounds half away from zero.</summary>
internal static class QuantizeArithmetic
{
    public static Tensor Apply(GraphBuilder b, Tensor x, Tensor scale, Tensor? zeroPoint, TensorType type)
    {
        var (low, high) = Range(type);
        var rounded = b.Unary(BuiltinOperator.Round, b.Over(x, scale));
        var shifted = zeroPoint is null ? rounded : b.Plus(rounded, zeroPoint);
        return b.Cast(b.Minimum(b.Maximum(shifted, low), high), type);
    }

    /// <summary>Smallest and largest integer of a type.</summary>
    public static (double Low, double High) Range(TensorType type) => type switch
    {
        TensorType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        TensorType.UInt8 => (byte.MinValue, byte.MaxValue),
        TensorType.Int16 => (short.MinValue, short.MaxValue),
        TensorType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        TensorType.Int4 => (-8, 7),
        _ => throw new RefusedException(ReasonCode.UnsupportedType, $"quantization to {type.Name()}", "quantize to int8, uint8 or int16"),
    };
}
