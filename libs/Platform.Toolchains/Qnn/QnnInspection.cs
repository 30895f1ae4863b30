using Platform.Contracts.Runner.V1;
using Platform.Sandbox;
using Platform.Toolchains.Inspection;

namespace Platform.Toolchains.Qnn;

/// <summary>What a QNN file holds, as far as the vendor's own library has to say it.</summary>
/// <param name="Facts">The facts; null when it was refused.</param>
/// <param name="Refusal">Why; null when it was not.</param>
public sealed record QnnInspection(ModelFacts? Facts, Refusal? Refusal)
{
    /// <summary>Whether the library has more to say than a file itself does: of everything but files for several chips and models whose binary is elsewhere.</summary>
    public static bool Helps(ModelForm form, IReadOnlyDictionary<string, string> metadata) =>
        (form is ModelForm.QnnDlc or ModelForm.QnnContextBinary || (form == ModelForm.PrecompiledQnnOnnx && metadata.GetValueOrDefault(QnnFacts.BinaryPlace) == QnnFacts.Inside))
        && !metadata.GetValueOrDefault(QnnFacts.SocModel, "").Contains(',', StringComparison.Ordinal);

    /// <summary>Looks at a context binary, a DLC or a precompiled ONNX model in a child.</summary>
    /// <param name="mount">The package.</param>
    /// <param name="file">The file, or a copy that the child may see: it is copied into a folder of its own.</param>
    /// <param name="limits">Bounds of the child.</param>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="cancellation">Ends the child.</param>
    /// <param name="parent">Where the child's folder is made; null for the folder of temporary files.</param>
    public static async Task<QnnInspection> RunAsync(QnnMount mount, string file, SandboxLimits limits, ISandbox sandbox, CancellationToken cancellation, string? parent = null)
    {
        var form = ModelFormDetector.Detect(file);
        var folder = parent is null ? Directory.CreateTempSubdirectory("hub-qnn-") : Directory.CreateDirectory(Path.Combine(parent, "qnn"));
        try
        {
            string name = form switch { ModelForm.QnnDlc => "file.dlc", ModelForm.Onnx => "file.onnx", _ => "file.bin" };
            File.Copy(file, Path.Combine(folder.FullName, name));
            var request = new QnnRequest { Inspect = new QnnInspect { Path = name } };
            var run = await mount.RequireTool().RunAsync(request, folder.FullName, folder.FullName, limits, sandbox, _ => { }, cancellation);
            return run.Refusals.Count > 0 ? new QnnInspection(null, run.Refusals[0]) : new QnnInspection(Merge(file, QnnFacts.Of(form, run.Response!, null, [], null)), null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // What the file says without the library stays, such as the build of a DLC; of an ONNX model the library adds the quantization.
    private static ModelFacts Merge(string file, ModelFacts facts)
    {
        var plain = ModelInspector.Inspect(file);
        var metadata = new Dictionary<string, string>(plain.Metadata, StringComparer.Ordinal);
        foreach (var (key, value) in facts.Metadata)
        {
            metadata[key] = value;
        }

        return plain.Form == ModelForm.PrecompiledQnnOnnx
            ? plain with { Metadata = metadata, Inputs = [.. plain.Inputs.Select(tensor => With(tensor, facts.Inputs))], Outputs = [.. plain.Outputs.Select(tensor => With(tensor, facts.Outputs))] }
            : facts with { Metadata = metadata };
    }

    private static TensorFacts With(TensorFacts tensor, IReadOnlyList<TensorFacts> known) =>
        known.FirstOrDefault(candidate => candidate.Name == tensor.Name && candidate.Dtype == tensor.Dtype) is { } same ? tensor with { Scale = same.Scale, ZeroPoint = same.ZeroPoint } : tensor;
}
