using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes.Integer;

/// <summary>Finds the integers behind real numbers. Unsigned bytes become signed ones, for which the kernels are.</summary>
internal sealed class QuantizedTensors(GraphBuilder builder)
{
    private const int SignedShift = 128;

    private readonly Dictionary<Tensor, Tensor> _signed = [];

    /// <summary>The signed integers that a tensor of real numbers stands for; null where it stands for none.</summary>
    public Tensor? Behind(Tensor real) =>
        real.Producer is { Code: BuiltinOperator.Dequantize } op && op.Input(0) is { Quantization.IsPerTensor: true, Type: TensorType.Int8 or TensorType.UInt8 or TensorType.Int16 } integers
            ? Signed(integers)
            : null;

    /// <summary>Where the result of an operator goes as integers; null where it stays real.</summary>
    public static Tensor? Target(Tensor real) =>
        real.HasOneReader && real.Readers[0] is { Code: BuiltinOperator.Quantize } op && op.Output.Type is TensorType.Int8 or TensorType.UInt8 or TensorType.Int16 ? real.Readers[0].Output : null;

    /// <summary>The type that kernels use for integers of a type.</summary>
    public static TensorType KernelType(TensorType type) => type == TensorType.UInt8 ? TensorType.Int8 : type;

    /// <summary>Parameters of the signed form.</summary>
    public static QuantizationParameters KernelParameters(Tensor integers) => integers.Type == TensorType.UInt8
        ? integers.Quantization! with { ZeroPoints = Array.ConvertAll(integers.Quantization.ZeroPoints, zero => zero - SignedShift) }
        : integers.Quantization!;

    /// <summary>Puts an operator's signed result where a target was.</summary>
    public void Bind(Tensor target, Tensor result)
    {
        if (target.Type == TensorType.UInt8)
        {
            _signed[target] = result;
            var unsigned = Requantize(result, TensorType.UInt8, target.Quantization!);
            Patterns.Replace(builder.Graph, target, unsigned);
            _signed[unsigned] = result;
        }
        else
        {
            Patterns.Replace(builder.Graph, target, result);
        }
    }

    /// <summary>The same values with other parameters.</summary>
    public Tensor Requantize(Tensor integers, TensorType type, QuantizationParameters parameters)
    {
        if (integers.Type == type && parameters.Matches(integers.Quantization))
        {
            return integers;
        }

        var result = builder.Add(BuiltinOperator.Quantize, new EmptyOptions(89), [integers], type, integers.Shape);
        result.Quantization = parameters;
        return result;
    }

    private Tensor Signed(Tensor integers)
    {
        if (integers.Type != TensorType.UInt8)
        {
            return integers;
        }

        if (!_signed.TryGetValue(integers, out var signed))
        {
            signed = integers.IsConstant ? Constant(integers) : Requantize(integers, TensorType.Int8, KernelParameters(integers));
            _signed.Add(integers, signed);
        }

        return signed;
    }

    private Tensor Constant(Tensor integers)
    {
        var source = integers.Data!;
        byte[] Flip()
        {
            byte[] bytes = source.Read().ToArray();
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] ^= 0x80;
            }

            return bytes;
        }

        return new Tensor(builder.Names.Fresh(integers.Name), TensorType.Int8, integers.Shape) { Data = source.Map(source.Length, Flip), Quantization = KernelParameters(integers) };
    }
}
