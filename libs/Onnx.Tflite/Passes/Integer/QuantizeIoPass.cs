using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes.Integer;

/// <summary>Lets quantized models take and give integers: the outermost QUANTIZE and DEQUANTIZE go, or change the integers' type.</summary>
internal static class QuantizeIoPass
{
    private const int SignedShift = 128;

    public static void Run(Subgraph graph, PassContext context)
    {
        if (!context.Options.QuantizeIo)
        {
            return;
        }

        var builder = new GraphBuilder(graph, context.Names);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            if (graph.Inputs[i] is { Type: TensorType.Float32, OutputUses: 0, Readers: [{ Code: BuiltinOperator.Quantize } quantize] })
            {
                graph.Inputs[i] = Given(graph, builder, graph.Inputs[i].Name, quantize, context.Options.QuantizeIoType);
            }
        }

        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            if (graph.Outputs[i].Producer is { Code: BuiltinOperator.Dequantize } dequantize && dequantize.Input(0) is { Quantization.IsPerTensor: true } integers)
            {
                GiveIntegers(graph, builder, i, integers, context.Options.QuantizeIoType);
            }
        }
    }

    private static Tensor Given(Subgraph graph, GraphBuilder builder, string name, Operator quantize, TensorType? wanted)
    {
        var inner = quantize.Output;
        var type = wanted is { } asked && IsByte(asked) && IsByte(inner.Type) ? asked : inner.Type;
        var input = new Tensor(name, type, inner.Shape) { Quantization = As(inner, type) };
        builder.Origin = quantize.Origin;
        if (type == inner.Type)
        {
            graph.Replace(inner, input);
        }
        else
        {
            var changed = builder.Add(BuiltinOperator.Quantize, new EmptyOptions(89), [input], inner.Type, inner.Shape);
            changed.Quantization = inner.Quantization;
            graph.Replace(inner, changed);
        }

        quantize.Detach();
        return input;
    }

    private static void GiveIntegers(Subgraph graph, GraphBuilder builder, int i, Tensor integers, TensorType? wanted)
    {
        var type = wanted is { } asked && IsByte(asked) && IsByte(integers.Type) ? asked : integers.Type;
        string name = graph.Outputs[i].Name;
        builder.Origin = integers.Producer?.Origin ?? name;
        var output = integers;
        if (type != integers.Type || integers.Producer is null || integers.OutputUses > 0)
        {
            output = builder.Add(BuiltinOperator.Quantize, new EmptyOptions(89), [integers], type, integers.Shape);
            output.Quantization = As(integers, type);
        }

        graph.Outputs[i].Name = builder.Names.Fresh(name);
        output.Name = name;
        graph.SetOutput(i, output);
    }

    private static bool IsByte(TensorType type) => type is TensorType.Int8 or TensorType.UInt8;

    private static QuantizationParameters As(Tensor integers, TensorType type)
    {
        long shift = type == integers.Type ? 0 : type == TensorType.UInt8 ? SignedShift : -SignedShift;
        return integers.Quantization! with { ZeroPoints = Array.ConvertAll(integers.Quantization.ZeroPoints, zero => zero + shift) };
    }
}
