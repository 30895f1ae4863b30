using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>Small shapes of graphs that passes look for.</summary>
internal static class Patterns
{
    private const double Tolerance = 1e-6;

    /// <summary>What a tensor is a multiple of: x where the tensor is x * factor or x / (1 / factor); null when it is not.</summary>
    public static Tensor? Scaled(Tensor tensor, double factor) => tensor.Producer switch
    {
        { Code: BuiltinOperator.Mul } op when WithScalar(op) is var (other, value) && IsNear(value, factor) => other,
        { Code: BuiltinOperator.Div } op when Scalar(op.Input(1)) is { } divisor && IsNear(1.0 / divisor, factor) => op.Input(0),
        _ => null,
    };

    /// <summary>What a tensor is the sum of a number and; null when it is not.</summary>
    public static Tensor? Raised(Tensor tensor, double by) =>
        tensor.Producer is { Code: BuiltinOperator.Add } op && WithScalar(op) is var (other, value) && IsNear(value, by) ? other : null;

    /// <summary>The operand of a unary operator; null when something else gives the tensor.</summary>
    public static Tensor? Of(Tensor tensor, BuiltinOperator code) => tensor.Producer is { } op && op.Code == code ? op.Input(0) : null;

    /// <summary>Both operands of a product, in both orders.</summary>
    public static IEnumerable<(Tensor A, Tensor B)> Factors(Tensor tensor) => tensor.Producer is { Code: BuiltinOperator.Mul } op
        ? [(op.Input(0), op.Input(1)), (op.Input(1), op.Input(0))]
        : [];

    /// <summary>Puts a new tensor where an old one was, under its name; what gave the old one is gone.</summary>
    public static void Replace(Subgraph graph, Tensor old, Tensor replacement)
    {
        (old.Name, replacement.Name) = (replacement.Name, old.Name);
        graph.Replace(old, replacement);
        if (old.Producer is { Outputs.Count: 1 } producer)
        {
            producer.Detach();
        }
    }

    /// <summary>The constant order of a TRANSPOSE; null for other operators.</summary>
    public static int[]? Order(Operator? op) => op is { Code: BuiltinOperator.Transpose, Inputs: [_, { IsConstant: true } order] } ? ConstantTensors.ReadInt32s(order) : null;

    private static (Tensor Other, double Value)? WithScalar(Operator op) =>
        Scalar(op.Input(1)) is { } right ? (op.Input(0), right) : Scalar(op.Input(0)) is { } left ? (op.Input(1), left) : null;

    private static double? Scalar(Tensor tensor) => ConstantTensors.SingleFloat(tensor);

    private static bool IsNear(double value, double expected) => Math.Abs(value - expected) <= Tolerance * Math.Abs(expected);
}
