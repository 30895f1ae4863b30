using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using TensorSpec = Platform.Contracts.Runner.V1.TensorSpec;

namespace Platform.Runners;

/// <summary>Tensors as the runner takes and gives them: one file each, sample after sample.</summary>
internal sealed class TensorFiles(SharedFolder folder)
{
    /// <summary>Writes all samples of one input.</summary>
    public TensorFile Write(string name, IReadOnlyList<TensorProto> samples)
    {
        using var stream = File.Create(Path.Combine(folder.Here, name));
        foreach (var sample in samples)
        {
            sample.Data.CopyTo(stream);
        }

        return new TensorFile
        {
            Path = Path.Combine(folder.AtRunner, name),
            Samples = samples.Count,
            Spec = new TensorSpec { Name = samples[0].Name, Dtype = samples[0].DataType.ToNumpyName(), Shape = { samples[0].Dims } },
        };
    }

    /// <summary>Reads all samples of one output.</summary>
    /// <param name="file">What the runner says; only the file's name is believed, not its folder.</param>
    /// <param name="outputs">The folder that the runner was told to write to.</param>
    /// <exception cref="RunnerFailureException">RESULT_INVALID: sizes do not agree.</exception>
    public IReadOnlyList<TensorProto> Read(TensorFile file, string outputs)
    {
        string path = Path.Combine(folder.Here, outputs, Path.GetFileName(file.Path));
        if (!DataTypes.TryParseNumpyName(file.Spec.Dtype, out var type) || !File.Exists(path))
        {
            throw Invalid(file, $"it has the type {file.Spec.Dtype}, or its file is missing");
        }

        byte[] bytes = File.ReadAllBytes(path);
        var samples = new List<TensorProto>();
        long offset = 0;
        for (int i = 0; i < file.Samples; i++)
        {
            long[] dims = i < file.Shapes.Count ? [.. file.Shapes[i].Dims] : [.. file.Spec.Shape];
            long length = Array.TrueForAll(dims, dim => dim >= 0) ? type.ByteSize(dims.Aggregate(1L, (product, dim) => checked(product * dim))) : -1;
            if (length < 0 || offset + length > bytes.Length)
            {
                throw Invalid(file, "it is longer than its file");
            }

            samples.Add(new TensorProto { Name = file.Spec.Name, DataType = type, Dims = dims, Data = TensorData.From(bytes.AsMemory((int)offset, (int)length)) });
            offset += length;
        }

        return offset == bytes.Length ? samples : throw Invalid(file, "its file is longer");
    }

    private static RunnerFailureException Invalid(TensorFile file, string why) => new(FailureCode.ResultInvalid, $"the runner's output '{file.Spec.Name}' cannot be read: {why}");
}
