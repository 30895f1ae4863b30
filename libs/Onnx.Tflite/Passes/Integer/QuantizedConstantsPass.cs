using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes.Integer;

/// <summary>Moves what only reorders or reshapes a dequantized constant in front of the dequantization, so that the integers themselves are stored in their final order.</summary>
internal static class QuantizedConstantsPass
{
    public static void Run(Subgraph graph, PassContext context)
    {
        var builder = new GraphBuilder(graph, context.Names);
        foreach (var op in graph.Operators.ToList())
        {
            if (op.Code is BuiltinOperator.Transpose or BuiltinOperator.Reshape && op.Inputs.Count > 0 && op.Input(0).Producer is { Code: BuiltinOperator.Dequantize } dequantize
                && dequantize.Input(0) is { IsConstant: true } integers && Moved(op, integers, builder) is { } moved)
            {
                builder.Origin = $"{dequantize.Origin} + {op.Origin}";
                Patterns.Replace(graph, op.Output, builder.Add(BuiltinOperator.Dequantize, dequantize.Options, [moved], TensorType.Float32, op.Output.Shape));
            }
        }
    }

    private static Tensor? Moved(Operator op, Tensor integers, GraphBuilder builder)
    {
        var parameters = integers.Quantization!;
        string name = builder.Names.Fresh(integers.Name);
        if (Patterns.Order(op) is { } order)
        {
            return new Tensor(name, integers.Type, op.Output.Shape)
            {
                Data = integers.Data!.Transpose(integers.Dims, order, integers.Type.Size()),
                Quantization = parameters with { Axis = parameters.IsPerTensor ? 0 : Array.IndexOf(order, parameters.Axis) },
            };
        }

        int axis = parameters.IsPerTensor ? 0 : NewAxis(integers.Dims, op.Output.Dims, parameters.Axis);
        return axis < 0 || !op.Output.IsStatic ? null : new Tensor(name, integers.Type, op.Output.Shape) { Data = integers.Data, Quantization = parameters with { Axis = axis } };
    }

    // An axis survives a reshape when as many elements stand before it and it is as long as before.
    private static int NewAxis(long[] from, long[] to, int axis)
    {
        long before = from[..axis].Aggregate(1L, (product, dim) => product * dim);
        for (int i = 0; i < to.Length; i++)
        {
            if (to[i] == from[axis] && to[..i].Aggregate(1L, (product, dim) => product * dim) == before)
            {
                return i;
            }
        }

        return -1;
    }
}
