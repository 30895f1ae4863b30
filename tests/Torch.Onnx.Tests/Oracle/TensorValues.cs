using System.Runtime.InteropServices;
using Onnx.Model;

namespace Torch.Onnx.Tests.Oracle;

/// <summary>Elements of a tensor as doubles and integers.</summary>
internal static class TensorValues
{
    public static double[] ToDoubles(this TensorProto tensor)
    {
        var bytes = tensor.Data.AsSpan();
        return tensor.DataType switch
        {
            DataType.Float => Map<float>(bytes, x => x),
            DataType.Double => Map<double>(bytes, x => x),
            DataType.Float16 => Map<Half>(bytes, x => (double)x),
            DataType.BFloat16 => Map<ushort>(bytes, x => BitConverter.UInt32BitsToSingle((uint)x << 16)),
            DataType.Int8 => Map<sbyte>(bytes, x => x),
            DataType.UInt8 or DataType.Bool => Map<byte>(bytes, x => x),
            DataType.Int16 => Map<short>(bytes, x => x),
            DataType.UInt16 => Map<ushort>(bytes, x => x),
            DataType.Int32 => Map<int>(bytes, x => x),
            DataType.UInt32 => Map<uint>(bytes, x => x),
            DataType.Int64 => Map<long>(bytes, x => x),
            DataType.UInt64 => Map<ulong>(bytes, x => x),
            _ => throw new NotSupportedException(tensor.DataType.ToString()),
        };
    }

    /// <summary>Null when the tensors agree; otherwise the first difference in words.</summary>
    public static string? Difference(TensorProto expected, TensorProto actual, double relative, double absolute)
    {
        if (expected.DataType != actual.DataType)
        {
            return $"type {actual.DataType}, expected {expected.DataType}";
        }

        if (!expected.Dims.AsSpan().SequenceEqual(actual.Dims))
        {
            return $"shape [{string.Join(',', actual.Dims)}], expected [{string.Join(',', expected.Dims)}]";
        }

        if (!expected.DataType.IsFloatingPoint())
        {
            return expected.Data.AsSpan().SequenceEqual(actual.Data.AsSpan()) ? null : First(expected, actual, 0, 0);
        }

        return First(expected, actual, relative, absolute);
    }

    private static string? First(TensorProto expected, TensorProto actual, double relative, double absolute)
    {
        double[] wanted = expected.ToDoubles();
        double[] found = actual.ToDoubles();
        for (int i = 0; i < wanted.Length; i++)
        {
            bool isSame = wanted[i].Equals(found[i]) || Math.Abs(wanted[i] - found[i]) <= absolute + (relative * Math.Abs(wanted[i]));
            if (!isSame)
            {
                return $"element {i} of {wanted.Length} is {found[i]:R}, expected {wanted[i]:R}";
            }
        }

        return null;
    }

    private static double[] Map<T>(ReadOnlySpan<byte> bytes, Func<T, double> convert)
        where T : unmanaged
    {
        var source = MemoryMarshal.Cast<byte, T>(bytes);
        double[] result = new double[source.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = convert(source[i]);
        }

        return result;
    }
}
