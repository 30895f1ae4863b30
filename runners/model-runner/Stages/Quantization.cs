using System.Runtime.InteropServices;
using Platform.Contracts.Runner.V1;

namespace Runner.Model.Stages;

/// <summary>Real numbers as the integers that a quantized input takes for them.</summary>
internal static class Quantization
{
    /// <summary>Whether an input takes integers and knows what they stand for.</summary>
    public static bool Applies(TensorSpec input) => input.HasScale && input.Scale > 0 && input.Dtype is "int8" or "uint8" or "int16" or "uint16";

    /// <summary>Rounds to the nearest, ties to even, and clamps.</summary>
    /// <param name="floats">float32, little-endian.</param>
    /// <param name="input">The input.</param>
    public static byte[] Apply(byte[] floats, TensorSpec input)
    {
        float[] values = MemoryMarshal.Cast<byte, float>(floats).ToArray();
        return input.Dtype switch
        {
            "int8" => Bytes(Array.ConvertAll(values, value => (sbyte)Round(value, input, sbyte.MinValue, sbyte.MaxValue))),
            "uint8" => Bytes(Array.ConvertAll(values, value => (byte)Round(value, input, byte.MinValue, byte.MaxValue))),
            "int16" => Bytes(Array.ConvertAll(values, value => (short)Round(value, input, short.MinValue, short.MaxValue))),
            _ => Bytes(Array.ConvertAll(values, value => (ushort)Round(value, input, ushort.MinValue, ushort.MaxValue))),
        };
    }

    private static double Round(float value, TensorSpec input, int low, int high) => Math.Clamp(Math.Round(value / input.Scale) + input.ZeroPoint, low, high);

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
