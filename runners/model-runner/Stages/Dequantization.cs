using System.Runtime.InteropServices;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.Stages;

/// <summary>Quantized outputs as the real numbers they stand for.</summary>
internal static class Dequantization
{
    public static TensorValue Apply(TensorValue value, TensorSpec spec)
    {
        if (!spec.HasScale || spec.Scale == 0)
        {
            return value;
        }

        var integers = Integers(value);
        if (integers is null)
        {
            return value;
        }

        float[] real = Array.ConvertAll(integers, q => (float)((q - spec.ZeroPoint) * spec.Scale));
        return value with { Dtype = "float32", Data = MemoryMarshal.AsBytes(real.AsSpan()).ToArray() };
    }

    private static long[]? Integers(TensorValue value) => value.Dtype switch
    {
        "int8" => Wide<sbyte>(value, q => q),
        "uint8" => Wide<byte>(value, q => q),
        "int16" => Wide<short>(value, q => q),
        "uint16" => Wide<ushort>(value, q => q),
        _ => null,
    };

    private static long[] Wide<T>(TensorValue value, Converter<T, long> convert)
        where T : unmanaged => Array.ConvertAll(MemoryMarshal.Cast<byte, T>(value.Data.Span).ToArray(), convert);
}
