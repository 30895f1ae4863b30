using Onnx.Model;

namespace Torch.Onnx.Emission;

/// <summary>The type of an operator's first result where it is not that of its first input.</summary>
internal static class ResultTypes
{
    public static DataType Of(string op, ReadOnlySpan<Value?> inputs) => op switch
    {
        "Equal" or "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual" or "And" or "Or" or "Xor" or "Not" or "IsNaN" or "IsInf" => DataType.Bool,
        "Shape" or "Size" or "ArgMax" or "ArgMin" or "NonZero" => DataType.Int64,
        "Where" => inputs[1]!.Type,
        "OneHot" => inputs[2]!.Type,
        "MatMulInteger" => DataType.Int32,
        "DequantizeLinear" => inputs[1]!.Type,
        _ => First(op, inputs),
    };

    private static DataType First(string op, ReadOnlySpan<Value?> inputs)
    {
        foreach (var input in inputs)
        {
            if (input is not null)
            {
                return input.Type;
            }
        }

        throw new InvalidOperationException($"{op} has no input that its type could follow from");
    }
}
