using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes.Integer;

/// <summary>Weights and bias of an integer convolution or matrix product.</summary>
internal static class IntegerWeights
{
    /// <summary>Symmetric 8-bit weights, by tensor or by output channel; null where the kernels take them not.</summary>
    public static Tensor? Weights(Tensor real, int outputAxis)
    {
        if (real.Producer is not { Code: BuiltinOperator.Dequantize } op || op.Input(0) is not { IsConstant: true, Type: TensorType.Int8 or TensorType.UInt8, Quantization: { } parameters } integers)
        {
            return null;
        }

        bool fits = parameters.IsPerTensor || parameters.Axis == outputAxis;
        long zero = integers.Type == TensorType.UInt8 ? 128 : 0;
        return fits && Array.TrueForAll(parameters.ZeroPoints, point => point == zero) ? integers : null;
    }

    /// <summary>A bias in units of input scale times weight scale; null where it does not fit its integers.</summary>
    public static Tensor? Bias(Tensor? real, long channels, float inputScale, QuantizationParameters weights, bool wide, NameSource names)
    {
        double[]? values = real is null ? new double[channels] : Values(real);
        if (values is null || values.Length != channels)
        {
            return null;
        }

        float[] scales = [.. weights.Scales.Select(scale => inputScale * scale)];
        double[] integers = [.. values.Select((value, i) => Math.Round(value / ((double)inputScale * weights.Scales[weights.IsPerTensor ? 0 : i])))];
        if (integers.Any(value => Math.Abs(value) > (wide ? 1L << 40 : int.MaxValue)))
        {
            return null;
        }

        var parameters = new QuantizationParameters(scales, new long[scales.Length]);
        string name = names.Fresh(real?.Name ?? "bias");
        var tensor = wide
            ? ConstantTensors.Of<long>(name, TensorType.Int64, [channels], Array.ConvertAll(integers, value => (long)value))
            : ConstantTensors.Of<int>(name, TensorType.Int32, [channels], Array.ConvertAll(integers, value => (int)value));
        tensor.Quantization = parameters;
        return tensor;
    }

    /// <summary>Dequantized 32-bit constants that stay in the graph, for which there is no kernel, as real constants.</summary>
    public static void MakeReal(Subgraph graph, NameSource names)
    {
        foreach (var op in graph.Operators.Where(op => op.Code == BuiltinOperator.Dequantize && op.Inputs.Count > 0 && op.Input(0) is { IsConstant: true, Type: TensorType.Int32 }).ToList())
        {
            float[] values = Array.ConvertAll(Values(op.Output)!, value => (float)value);
            graph.Replace(op.Output, ConstantTensors.Floats(names.Fresh(op.Output.Name), op.Output.Dims, values));
            op.Detach();
        }
    }

    private static double[]? Values(Tensor real)
    {
        if (real.IsConstant)
        {
            return ConstantTensors.ReadNumbers(real);
        }

        if (real.Producer is not { Code: BuiltinOperator.Dequantize } op || op.Input(0) is not { IsConstant: true, Quantization: { } parameters } integers)
        {
            return null;
        }

        long inner = integers.Dims.Skip(parameters.Axis + 1).Aggregate(1L, (product, dim) => product * dim);
        return [.. ConstantTensors.ReadIntegers(integers).Select((value, i) =>
        {
            int channel = parameters.IsPerTensor ? 0 : (int)(i / inner % parameters.Scales.Length);
            return (value - parameters.ZeroPoints[channel]) * (double)parameters.Scales[channel];
        })];
    }
}
