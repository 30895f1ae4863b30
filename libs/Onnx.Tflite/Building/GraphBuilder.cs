using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Building;

/// <summary>
/// Appends operators to a graph. Shapes and types of results follow from the inputs; element types that a kernel lacks are
/// carried by a wider one. All dimensions are logical: the layout pass decides how they are stored.
/// </summary>
internal sealed partial class GraphBuilder(Subgraph graph, NameSource names)
{
    /// <summary>The ONNX node that operators added from now on come from.</summary>
    public string Origin { get; set; } = "";

    public Subgraph Graph => graph;

    public NameSource Names => names;

    /// <summary>Appends an operator with one result.</summary>
    public Tensor Add(BuiltinOperator code, OperatorOptions options, Tensor?[] inputs, TensorType type, SymInt[] shape, string? name = null)
    {
        var output = new Tensor(name ?? names.Fresh(Origin), type, shape);
        graph.Operators.Add(new Operator(code, options, inputs, [output], Origin));
        return output;
    }

    /// <summary>Appends an operator with several results.</summary>
    public Tensor[] Add(BuiltinOperator code, OperatorOptions options, Tensor?[] inputs, params (TensorType Type, SymInt[] Shape)[] results)
    {
        var outputs = Array.ConvertAll(results, result => new Tensor(names.Fresh(Origin), result.Type, result.Shape));
        graph.Operators.Add(new Operator(code, options, inputs, outputs, Origin));
        return outputs;
    }

    public Tensor Floats(long[] dims, ReadOnlySpan<float> values) => ConstantTensors.Floats(names.Fresh(Origin), dims, values);

    public Tensor Float(double value) => ConstantTensors.Scalar(names.Fresh(Origin), TensorType.Float32, value);

    public Tensor Number(TensorType type, double value) => ConstantTensors.Scalar(names.Fresh(Origin), type, value);

    public Tensor Int32(int value) => ConstantTensors.Int32(names.Fresh(Origin), value);

    public Tensor Int32s(params ReadOnlySpan<int> values) => ConstantTensors.Int32s(names.Fresh(Origin), values);

    public Tensor Int32s(IEnumerable<int> values) => Int32s([.. values]);

    public Tensor Constant<T>(TensorType type, long[] dims, ReadOnlySpan<T> values)
        where T : unmanaged => ConstantTensors.Of(names.Fresh(Origin), type, dims, values);

    /// <summary>The operand in a type that the kernel takes.</summary>
    private Tensor Carry(BuiltinOperator code, Tensor x)
    {
        if (KernelTypes.Takes(code, x.Type))
        {
            return x;
        }

        if (x.Type == TensorType.Float64 && KernelTypes.Moves(code))
        {
            return Bitcast(x, TensorType.Int64);
        }

        return KernelTypes.Carrier(code, x.Type) is { } carrier ? Cast(x, carrier) : throw Unsupported(code, x.Type);
    }

    private static RefusedException Unsupported(BuiltinOperator code, TensorType type) => type is TensorType.Int64 or TensorType.UInt64
        ? new RefusedException(ReasonCode.Int64Operation, $"{OperatorNames.Of(code)} has no kernel for {type.Name()}", "convert with --truncate_64bit_tensors if 32 bits are enough for the values")
        : new RefusedException(ReasonCode.UnsupportedType, $"{OperatorNames.Of(code)} has no kernel for {type.Name()}", "cast to float32 or int32 before this node");

    // A result computed in a carrier type comes back in the operand's own; integers wrap around as the type does.
    private Tensor Restore(Tensor result, TensorType type) => result.Type == type ? result
        : type == TensorType.Float64 && result.Type == TensorType.Int64 ? Bitcast(result, type) : Cast(result, type);
}
