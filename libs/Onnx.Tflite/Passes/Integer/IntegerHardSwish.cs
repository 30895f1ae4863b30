using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes.Integer;

/// <summary>
/// x * min(max(x / 6 + 1/2, 0), 1) on 8-bit integers. The HARD_SWISH kernel rounds in 16-bit steps of its own and is off by one
/// too often; here x / 6 is the same integers with another scale, and the gate's clamp is the range of its integers.
/// </summary>
internal static class IntegerHardSwish
{
    private const int Largest = sbyte.MaxValue;

    public static Tensor Emit(GraphBuilder builder, Tensor x, QuantizationParameters result)
    {
        var parameters = x.Quantization!;
        var sixth = Multiply(builder, x, Number(builder, 1f / 6), new QuantizationParameters([parameters.Scale / 6], parameters.ZeroPoints));
        var gate = builder.Add(BuiltinOperator.Add, new AddOptions(), [sixth, Number(builder, 0.5f)], TensorType.Int8, x.Shape);
        gate.Quantization = new QuantizationParameters([1f / 255], [sbyte.MinValue]);
        return Multiply(builder, x, gate, result);
    }

    private static Tensor Multiply(GraphBuilder builder, Tensor a, Tensor b, QuantizationParameters parameters)
    {
        var product = builder.Add(BuiltinOperator.Mul, new MulOptions(), [a, b], TensorType.Int8, a.Shape);
        product.Quantization = parameters;
        return product;
    }

    private static Tensor Number(GraphBuilder builder, float value)
    {
        var number = ConstantTensors.Scalar(builder.Names.Fresh("gate"), TensorType.Int8, Largest);
        number.Quantization = new QuantizationParameters([value / Largest], [0]);
        return number;
    }
}
