using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Layout;

/// <summary>Transposes that a later pass makes disappear.</summary>
internal static class FreeTransposes
{
    public static bool Absorbs(Tensor tensor, int[] given, int[] wanted, Operator? reader) => reader?.Code switch
    {
        BuiltinOperator.BatchMatmul => SwapsMatrix(given, wanted),
        BuiltinOperator.Reshape => given[0] == wanted[0] && StoredOrder.IsIdentity(wanted) && IsFlattenForWeights(tensor, reader),
        _ => false,
    };

    /// <summary>A product reads an operand transposed when asked to.</summary>
    public static bool SwapsMatrix(int[] given, int[] wanted)
    {
        int rank = given.Length;
        return rank >= 2 && given[rank - 1] == wanted[rank - 2] && given[rank - 2] == wanted[rank - 1] && given.AsSpan(0, rank - 2).SequenceEqual(wanted.AsSpan(0, rank - 2));
    }

    /// <summary>Flattened values that only constant weights meet: the columns of the weights can be put in the stored order.</summary>
    public static bool IsFlattenForWeights(Tensor tensor, Operator reshape) =>
        reshape.Output.Rank == 2 && tensor.Rank > 2 && reshape.Output.Shape[0] == tensor.Shape[0] && tensor.Shape.Skip(1).All(dim => dim.IsKnown)
        && reshape.Output.OutputUses == 0 && reshape.Output.Readers.Count > 0
        && reshape.Output.Readers.TrueForAll(reader => reader.Code == BuiltinOperator.FullyConnected && ReferenceEquals(reader.Inputs[0], reshape.Output) && reader.Input(1).IsConstant);
}
