using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>QuantizeLinear and DequantizeLinear with parameters at given inputs.</summary>
internal static class LinearQuantization
{
    /// <summary>Real numbers that integers stand for.</summary>
    /// <param name="n">The node.</param>
    /// <param name="value">Input of the integers.</param>
    /// <param name="scale">Input of the scale.</param>
    /// <param name="zeroPoint">Input of the zero point; may be absent.</param>
    /// <param name="axis">Axis of parameters that are vectors; null where they cannot be.</param>
    public static Tensor Dequantize(LoweringNode n, int value, int scale, int zeroPoint, int? axis)
    {
        var integers = n.In(value);
        if (Parameters(n, scale, zeroPoint, integers, axis) is { } parameters && integers.Type is TensorType.Int8 or TensorType.UInt8 or TensorType.Int16 or TensorType.Int32 or TensorType.Int4)
        {
            return Tagged(n, integers, parameters!);
        }

        return Arithmetic(n, integers, scale, zeroPoint, axis);
    }

    /// <summary>The integers nearest to real numbers.</summary>
    public static Tensor Quantize(LoweringNode n, Tensor x, int scale, int zeroPoint, DataType type, int? axis)
    {
        var target = TensorTypes.FromOnnx(type) ?? throw new RefusedException(ReasonCode.UnsupportedType, $"quantization to {type}", "quantize to int8, uint8 or int16");
        var real = n.B.Cast(x, TensorType.Float32);
        if (Parameters(n, scale, zeroPoint, x, axis) is { IsPerTensor: true } parameters && target is TensorType.Int8 or TensorType.UInt8 or TensorType.Int16)
        {
            var quantized = n.B.Add(BuiltinOperator.Quantize, new EmptyOptions(89), [real], target, x.Shape);
            quantized.Quantization = parameters!;
            return quantized;
        }

        return QuantizeArithmetic.Apply(n.B, real, Broadcast(n, scale, x.Rank, axis), n.Has(zeroPoint) ? Broadcast(n, zeroPoint, x.Rank, axis) : null, target);
    }

    /// <summary>An int32 bias whose scale is the product of two others.</summary>
    public static Tensor Bias(LoweringNode n, int bias, int inputScale, int weightScale)
    {
        double[] a = n.RequiredNumbers(inputScale, "the input scale"), b = n.RequiredNumbers(weightScale, "the weight scale");
        float[] scales = Array.ConvertAll(b, scale => (float)(a[0] * scale));
        var value = n.In(bias);
        return value.IsConstant
            ? Tagged(n, value, new QuantizationParameters(scales, new long[scales.Length]))
            : n.B.Times(n.B.Cast(value, TensorType.Float32), n.B.Floats(scales.Length == 1 ? [] : [scales.Length], scales));
    }

    // The parameters are a property of the tensor; a model may read the same integers with others, so they get a tensor of their own.
    private static Tensor Tagged(LoweringNode n, Tensor integers, QuantizationParameters parameters)
    {
        if (integers.IsConstant)
        {
            integers = new Tensor(integers.Name, integers.Type, integers.Shape) { Data = integers.Data, Quantization = parameters };
        }
        else if (integers.Quantization is null && integers.Producer is null && integers.Type != TensorType.Int32)
        {
            integers.Quantization = parameters;
        }
        else if (!parameters.Matches(integers.Quantization))
        {
            return AsNumbers(n, integers, parameters);
        }

        return n.B.Add(BuiltinOperator.Dequantize, new EmptyOptions(38), [integers], TensorType.Float32, integers.Shape);
    }

    private static Tensor AsNumbers(LoweringNode n, Tensor integers, QuantizationParameters parameters)
    {
        Tensor Vector(float[] values) => values.Length == 1 ? n.B.Float(values[0])
            : n.B.Floats([.. Enumerable.Range(0, integers.Rank).Select(axis => axis == parameters.Axis ? (long)values.Length : 1)], values);
        var real = n.B.Cast(integers, TensorType.Float32);
        float[] zeros = Array.ConvertAll(parameters.ZeroPoints, zero => (float)zero);
        var centred = Array.TrueForAll(zeros, zero => zero == 0) ? real : n.B.Minus(real, Vector(zeros));
        return n.B.Times(centred, Vector(parameters.Scales));
    }

    // Blocked or computed parameters: written out as arithmetic.
    private static Tensor Arithmetic(LoweringNode n, Tensor integers, int scale, int zeroPoint, int? axis)
    {
        var real = n.B.Cast(integers, TensorType.Float32);
        var factor = Blocked(n, n.B.Cast(n.In(scale), TensorType.Float32), integers, axis) ?? Broadcast(n, scale, integers.Rank, axis);
        if (!n.Has(zeroPoint))
        {
            return n.B.Times(real, factor);
        }

        var zero = Blocked(n, n.B.Cast(n.In(zeroPoint), TensorType.Float32), integers, axis) ?? Broadcast(n, zeroPoint, integers.Rank, axis);
        return n.B.Times(n.B.Minus(real, zero), factor);
    }

    private static Tensor? Blocked(LoweringNode n, Tensor parameter, Tensor integers, int? axis)
    {
        int block = (int)n.Node.Int("block_size", 0);
        if (block == 0 || axis is not { } given)
        {
            return null;
        }

        int along = n.Axis(given, integers.Rank);
        var repeated = n.B.BroadcastTo(n.B.Unsqueeze(parameter, along + 1), [.. parameter.Shape[..(along + 1)], block, .. parameter.Shape[(along + 1)..]]);
        SymInt[] merged = [.. parameter.Shape[..along], parameter.Shape[along] * block, .. parameter.Shape[(along + 1)..]];
        return n.B.Slice(n.B.Reshape(repeated, merged), along, 0, integers.Shape[along]);
    }

    private static Tensor Broadcast(LoweringNode n, int input, int rank, int? axis)
    {
        var parameter = n.B.Cast(n.In(input), TensorType.Float32);
        if (parameter.Rank == 0 || (parameter.IsStatic && parameter.Count == 1))
        {
            return n.B.Reshape(parameter, []);
        }

        int along = n.Axis(axis ?? throw n.Unsupported("quantization parameters by axis"), rank);
        return parameter.Rank > 1 ? parameter : n.B.Reshape(parameter, [.. Enumerable.Range(0, rank).Select(i => i == along ? parameter.Shape[0] : 1)]);
    }

    private static QuantizationParameters? Parameters(LoweringNode n, int scale, int zeroPoint, Tensor value, int? axis)
    {
        if (n.Numbers(scale) is not { } scales || (n.Has(zeroPoint) && n.Numbers(zeroPoint) is null) || n.Node.Int("block_size", 0) != 0 || n.Fact(scale).Rank > 1)
        {
            return null;
        }

        double[] zeros = n.Has(zeroPoint) ? n.Numbers(zeroPoint)! : new double[scales.Length];
        if (scales.Length != zeros.Length || Array.Exists(scales, s => !(s > 0) || double.IsInfinity(s)))
        {
            throw n.Invalid("a scale is not positive, or scales and zero points differ in number");
        }

        int along = scales.Length == 1 ? 0 : n.Axis(axis ?? throw n.Unsupported("quantization parameters by axis"), value.Rank);
        return new QuantizationParameters(Array.ConvertAll(scales, s => (float)s), Array.ConvertAll(zeros, z => (long)z), along);
    }
}
