using Onnx.Model;
using Onnx.Model.Analysis;

namespace Onnx.Tflite.Tests;

/// <summary>Equality as the ONNX backend tests mean it, with the tolerances of this project.</summary>
internal static class Comparison
{
    /// <summary>What differs first; null when all outputs match in name, order, type, shape and values.</summary>
    public static string? FirstDifference(IReadOnlyList<TensorProto> expected, IReadOnlyList<TensorProto> actual)
    {
        if (expected.Count != actual.Count)
        {
            return $"{actual.Count} outputs instead of {expected.Count}";
        }

        return expected.Zip(actual).Select(pair => FirstDifference(pair.First, pair.Second)).FirstOrDefault(difference => difference is not null);
    }

    public static string? FirstDifference(TensorProto expected, TensorProto actual)
    {
        if (expected.Name != actual.Name)
        {
            return $"output '{actual.Name}' instead of '{expected.Name}'";
        }

        if (expected.DataType != actual.DataType || !expected.Dims.AsSpan().SequenceEqual(actual.Dims))
        {
            return $"{expected.Name}: {actual.DataType}[{string.Join(',', actual.Dims)}] instead of {expected.DataType}[{string.Join(',', expected.Dims)}]";
        }

        var (relative, absolute) = expected.DataType switch
        {
            DataType.Float or DataType.Double => (1e-3, 1e-4),
            DataType.Float16 => (2e-3, 2e-3),
            DataType.BFloat16 => (1e-2, 1e-2),
            _ => (0.0, 0.0),
        };
        double[] a = TensorReading.Doubles(expected), b = TensorReading.Doubles(actual);
        for (int i = 0; i < a.Length; i++)
        {
            if (!a[i].Equals(b[i]) && !(Math.Abs(a[i] - b[i]) <= absolute + (relative * Math.Abs(a[i]))))
            {
                return $"{expected.Name}[{i}]: {b[i]} instead of {a[i]}";
            }
        }

        return null;
    }
}
