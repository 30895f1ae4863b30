using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes.Integer;

/// <summary>
/// A function of one 8-bit integer as a table of its 256 results, for functions whose kernel is off by a step now and then. Looking
/// up costs more than the kernel, so only tensors of moderate size are done so.
/// </summary>
internal static class IntegerTable
{
    private const int Shift = 128;
    private const int Size = 256;
    private const long MostElements = 1 << 15;

    /// <summary>Whether an operator is better looked up.</summary>
    public static bool Fits(Operator op, TensorType type) => op.Code == BuiltinOperator.HardSwish && type == TensorType.Int8 && op.Output.IsStatic && op.Output.Count <= MostElements;

    public static Tensor Apply(GraphBuilder b, Tensor integers, QuantizationParameters result)
    {
        var table = ConstantTensors.Of(b.Names.Fresh("table"), TensorType.Int8, [Size], HardSwish(integers.Quantization!, result));
        table.Quantization = result;
        var wide = b.Add(BuiltinOperator.Cast, new CastOptions(TensorType.Int8, TensorType.Int32), [integers], TensorType.Int32, integers.Shape);
        var index = b.Add(BuiltinOperator.Add, new AddOptions(), [wide, ConstantTensors.Int32(b.Names.Fresh("shift"), Shift)], TensorType.Int32, integers.Shape);
        var looked = b.Add(BuiltinOperator.Gather, new GatherOptions(0, 0), [table, index], TensorType.Int8, integers.Shape);
        looked.Quantization = result;
        return looked;
    }

    // As the source computes it: single precision, halves to even.
    private static sbyte[] HardSwish(QuantizationParameters from, QuantizationParameters to)
    {
        var results = new sbyte[Size];
        for (int i = 0; i < Size; i++)
        {
            float x = (i - Shift - from.ZeroPoint) * from.Scale;
            float y = x * Math.Clamp((x / 6) + 0.5f, 0, 1);
            results[i] = (sbyte)Math.Clamp(MathF.Round(y / to.Scale) + to.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
        }

        return results;
    }
}
