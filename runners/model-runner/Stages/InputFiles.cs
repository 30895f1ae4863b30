using Google.Protobuf.Collections;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.Stages;

/// <summary>Tensor files matched to the inputs of a model.</summary>
internal static class InputFiles
{
    /// <summary>One file for each input, in the model's order; by name where all names fit, otherwise by position.</summary>
    public static IReadOnlyList<SampledFile> Match(IReadOnlyList<TensorSpec> inputs, IReadOnlyList<TensorFile> files)
    {
        if (inputs.Count != files.Count)
        {
            throw new RunnerException("INPUT_MISMATCH", $"{files.Count} inputs are given, the model takes {inputs.Count}: {string.Join(", ", inputs.Select(input => input.Name))}");
        }

        bool byName = inputs.All(input => files.Any(file => file.Spec.Name == input.Name));
        var matched = inputs.Select((input, i) => SampledFile.Open(input, byName ? files.First(file => file.Spec.Name == input.Name) : files[i])).ToList();
        return matched.Select(file => file.Samples).Distinct().Count() <= 1
            ? matched
            : throw new RunnerException("INPUT_MISMATCH", $"inputs have different numbers of samples: {string.Join(", ", matched.Select(file => file.Samples))}");
    }
}

/// <summary>All samples of one input.</summary>
internal sealed class SampledFile(string name, string dtype, TensorSpec spec, byte[] bytes, int samples)
{
    public int Samples => samples;

    public static SampledFile Open(TensorSpec input, TensorFile file)
    {
        bool rounds = file.Spec.Dtype == "float32" && Quantization.Applies(input);
        if ((file.Spec.Dtype != input.Dtype && !rounds) || !Fits(input.Shape, file.Spec.Shape))
        {
            throw new RunnerException("INPUT_MISMATCH", $"input '{input.Name}' takes {Text(input)}, {Text(file.Spec)} is given");
        }

        byte[] bytes = File.ReadAllBytes(file.Path);
        long size = ElementTypes.SizeOf(file.Spec.Dtype) * file.Spec.Shape.Aggregate(1L, (product, dim) => product * dim);
        return size * file.Samples == bytes.Length
            ? new SampledFile(input.Name, input.Dtype, file.Spec, rounds ? Quantization.Apply(bytes, input) : bytes, file.Samples)
            : throw new RunnerException("INPUT_MISMATCH", $"{file.Path} has {bytes.Length} bytes, {file.Samples} samples of '{input.Name}' have {size * file.Samples}");
    }

    public TensorValue Sample(int i)
    {
        int size = bytes.Length / Math.Max(samples, 1);
        return new TensorValue(name, dtype, [.. spec.Shape], bytes.AsMemory(i * size, size));
    }

    private static bool Fits(RepeatedField<long> wanted, RepeatedField<long> given) =>
        wanted.Count == given.Count && wanted.Zip(given).All(pair => pair.First < 0 || pair.First == pair.Second);

    private static string Text(TensorSpec spec) => $"{spec.Dtype}[{string.Join(',', spec.Shape)}]";
}
