using System.Runtime.InteropServices;
using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Building;

/// <summary>Makes and reads constants.</summary>
internal static class ConstantTensors
{
    public static Tensor Of<T>(string name, TensorType type, long[] dims, ReadOnlySpan<T> values)
        where T : unmanaged =>
        new(name, type, Array.ConvertAll(dims, SymInt.FromInt64)) { Data = ConstantData.Of(MemoryMarshal.AsBytes(values).ToArray()) };

    public static Tensor Floats(string name, long[] dims, ReadOnlySpan<float> values) => Of(name, TensorType.Float32, dims, values);

    public static Tensor Int32s(string name, ReadOnlySpan<int> values) => Of(name, TensorType.Int32, [values.Length], values);

    public static Tensor Int32(string name, int value) => Of(name, TensorType.Int32, [], [value]);

    /// <summary>A scalar of any numeric type.</summary>
    public static Tensor Scalar(string name, TensorType type, double value)
    {
        var proto = type.ToOnnx().IsFloatingPoint()
            ? TensorWriting.FromDoubles(type.ToOnnx(), [], [value])
            : TensorWriting.FromInt64s(type.ToOnnx(), [], [(long)value]);
        return new Tensor(name, type, []) { Data = ConstantData.Of(proto.Data) };
    }

    public static float[] ReadFloats(Tensor tensor) => tensor.Type == TensorType.Float32
        ? MemoryMarshal.Cast<byte, float>(tensor.Data!.Read()).ToArray()
        : throw new InvalidOperationException($"{tensor} holds no floats");

    public static int[] ReadInt32s(Tensor tensor) => MemoryMarshal.Cast<byte, int>(tensor.Data!.Read()).ToArray();

    public static long[] ReadIntegers(Tensor tensor) => TensorReading.Int64s(Proto(tensor));

    public static double[] ReadNumbers(Tensor tensor) => TensorReading.Doubles(Proto(tensor));

    /// <summary>The only element of a constant with one element; null for anything else.</summary>
    public static float? SingleFloat(Tensor? tensor) =>
        tensor is { IsConstant: true, Type: TensorType.Float32, IsScalarLike: true } ? ReadFloats(tensor)[0] : null;

    private static TensorProto Proto(Tensor tensor) =>
        new() { DataType = tensor.Type.ToOnnx(), Dims = tensor.Dims, Data = TensorData.From(tensor.Data!.Read().ToArray()) };
}
