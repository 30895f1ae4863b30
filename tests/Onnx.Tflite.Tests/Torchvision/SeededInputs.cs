using Onnx.Model;

namespace Onnx.Tflite.Tests;

/// <summary>Standard-normal inputs out of a seed.</summary>
internal static class SeededInputs
{
    public static List<TensorProto> Normal(GraphProto graph, int seed)
    {
        var random = new Random(seed);
        var initializers = graph.Initializers.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        return [.. graph.Inputs.Where(input => !initializers.Contains(input.Name)).Select(input => Normal(input, random))];
    }

    private static TensorProto Normal(ValueInfoProto input, Random random)
    {
        var type = (TypeProto.Tensor)input.Type;
        long[] dims = [.. type.Shape!.Select(dim => dim.Value!.Value)];
        float[] values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return TensorProto.Create<float>(input.Name, DataType.Float, dims, values);
    }
}
