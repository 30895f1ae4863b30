using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Building;

/// <summary>Constants in another element type; the work is done when the file is written.</summary>
internal static class ConstantConversion
{
    public static Tensor Cast(Tensor x, TensorType type, string name)
    {
        long count = x.Count;
        return new Tensor(name, type, x.Shape) { Data = x.Data!.Map(count * type.Size(), () => Convert(x, type)) };
    }

    private static byte[] Convert(Tensor x, TensorType type)
    {
        var source = new TensorProto { DataType = x.Type.ToOnnx(), Dims = x.Dims, Data = TensorData.From(x.Data!.Read().ToArray()) };
        var target = type.ToOnnx();
        var result = target == DataType.Bool
            ? TensorWriting.FromInt64s(target, x.Dims, Array.ConvertAll(TensorReading.Doubles(source), value => value != 0 ? 1L : 0L))
            : target.IsFloatingPoint()
                ? TensorWriting.FromDoubles(target, x.Dims, TensorReading.Doubles(source))
                : TensorWriting.FromInt64s(target, x.Dims, Integers(source, type));
        return result.Data.AsSpan().ToArray();
    }

    // Numbers beyond 32 bits are ends of slices and the like: as far as there is.
    private static long[] Integers(TensorProto source, TensorType type) => type == TensorType.Int32 && source.DataType == DataType.Int64
        ? Array.ConvertAll(TensorReading.Int64s(source), value => Math.Clamp(value, int.MinValue, int.MaxValue))
        : TensorReading.Int64s(source);
}
