using System.Text.Json;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.TorchScript;

/// <summary>What the export script wrote: hostile like everything that comes out of the sandbox.</summary>
internal sealed record ExportResult(ExportRefusal? Refusal, IReadOnlyList<string> Warnings, bool FrozenBranch, string Torch, IReadOnlyList<ExportSample> Samples)
{
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public ReferenceSamples ToSamples(string folder) => new($"PyTorch {Torch}", [.. Samples.Select(sample => new ReferenceSample(ToTensors(sample.Inputs, folder), ToTensors(sample.Outputs, folder)))]);

    private static List<ReferenceTensor> ToTensors(IReadOnlyList<ExportTensor> tensors, string folder) => [.. tensors.Select(tensor => tensor.File == Path.GetFileName(tensor.File)
        ? new ReferenceTensor(tensor.Name, tensor.Dtype, tensor.Shape, Path.Combine(folder, tensor.File))
        : throw new InspectionException($"the exporter named the file {tensor.File}"))];
}

/// <summary>Why the script made no product.</summary>
internal sealed record ExportRefusal(string Code, string Message, string Subject);

/// <summary>A sample.</summary>
internal sealed record ExportSample(IReadOnlyList<ExportTensor> Inputs, IReadOnlyList<ExportTensor> Outputs);

/// <summary>A tensor of a sample.</summary>
internal sealed record ExportTensor(string Name, string Dtype, IReadOnlyList<long> Shape, string File);
