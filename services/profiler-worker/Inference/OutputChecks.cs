using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.ServiceDefaults;

namespace Platform.ProfilerWorker.Inference;

/// <summary>What a runner says of its outputs is not believed: the files must be where it was told to write, and as long as it says.</summary>
internal static class OutputChecks
{
    /// <param name="outputs">What the runner says.</param>
    /// <param name="folder">The folder that it was told to write to, as this process sees it.</param>
    /// <exception cref="FailureException">RESULT_INVALID.</exception>
    public static void Require(IReadOnlyList<TensorFile> outputs, string folder)
    {
        if (outputs.Count == 0)
        {
            throw new FailureException(FailureCode.ResultInvalid, "the runner gave no outputs");
        }

        foreach (var output in outputs)
        {
            var file = new FileInfo(Path.Combine(folder, Path.GetFileName(output.Path)));
            long expected = Bytes(output);
            if (!file.Exists || file.LinkTarget is not null || file.Length != expected)
            {
                throw new FailureException(
                    FailureCode.ResultInvalid, $"the runner says that output '{output.Spec.Name}' has {expected} bytes; there are {(file.Exists ? file.Length : 0)}");
            }
        }
    }

    private static long Bytes(TensorFile output)
    {
        try
        {
            long size = Tensors.SizeOf(output.Spec.Dtype) ?? throw new FailureException(FailureCode.ResultInvalid, $"output '{output.Spec.Name}' has the type {output.Spec.Dtype}");
            return output.Shapes.Count > 0 ? size * output.Shapes.Sum(shape => Elements(shape.Dims)) : checked(size * Elements(output.Spec.Shape) * output.Samples);
        }
        catch (OverflowException)
        {
            throw new FailureException(FailureCode.ResultInvalid, $"output '{output.Spec.Name}' has a shape of no tensor");
        }
    }

    private static long Elements(IEnumerable<long> dims) => dims.Aggregate(1L, (product, dim) => checked(product * (dim < 0 ? throw new OverflowException() : dim)));
}
