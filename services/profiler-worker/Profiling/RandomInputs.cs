using System.Buffers.Binary;
using MathNet.Numerics.Random;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.ProfilerWorker.Inference;
using Platform.ProfilerWorker.Runs;
using Platform.ServiceDefaults;
using TensorSpec = Platform.Contracts.Runner.V1.TensorSpec;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>
/// Inputs for measuring: floats uniform in [0, 1) from a fixed seed, so that two jobs time the same work; integers and
/// booleans zero, which is a valid index and token everywhere.
/// </summary>
internal static class RandomInputs
{
    public const int Seed = 20240229;

    private const long LargestInput = 1L << 30;

    public static List<TensorFile> Write(IEnumerable<TensorSpec> inputs, RunScope scope)
    {
        string folder = scope.Folder.Make("inputs");
        var files = new List<TensorFile>();
        foreach (var input in inputs)
        {
            var spec = Fixed(input);
            string path = Path.Combine(folder, $"{files.Count}.bin");
            File.WriteAllBytes(path, Bytes(spec, Seed + files.Count));
            files.Add(new TensorFile { Spec = spec, Path = scope.Inside(path), Samples = 1 });
        }

        return files;
    }

    private static TensorSpec Fixed(TensorSpec input)
    {
        var spec = input.Clone();
        spec.Shape.Clear();
        spec.Shape.AddRange(input.Shape.Select(dim => dim < 0 ? 1 : dim));
        return spec;
    }

    private static byte[] Bytes(TensorSpec spec, int seed)
    {
        int size = SizeOf(spec.Dtype);
        long elements = spec.Shape.Aggregate(1L, (product, dim) => checked(product * dim));
        if (elements * size > LargestInput)
        {
            throw new FailureException(FailureCode.ModelRunFailed, $"the input {spec.Name} has {elements} elements: too many to profile");
        }

        byte[] bytes = new byte[elements * size];
        if (spec.Dtype.StartsWith("float", StringComparison.Ordinal))
        {
            double[] values = MersenneTwister.Doubles(checked((int)elements), seed);
            for (int i = 0; i < values.Length; i++)
            {
                Put(bytes.AsSpan(i * size), size, values[i]);
            }
        }

        return bytes;
    }

    private static void Put(Span<byte> target, int size, double value)
    {
        switch (size)
        {
            case 2:
                BinaryPrimitives.WriteHalfLittleEndian(target, (Half)value);
                break;
            case 4:
                BinaryPrimitives.WriteSingleLittleEndian(target, (float)value);
                break;
            default:
                BinaryPrimitives.WriteDoubleLittleEndian(target, value);
                break;
        }
    }

    private static int SizeOf(string dtype) =>
        Tensors.SizeOf(dtype) ?? throw new FailureException(FailureCode.ModelRunFailed, $"there are no profiling inputs of type {dtype}");
}
