using System.Globalization;
using Onnx.Model;
using Platform.Toolchains.Inspection;
using Torch.Onnx;

namespace Platform.Toolchains.ExportedPrograms;

/// <summary>Reads the face of an exported program.</summary>
internal static class ExportedProgramInspector
{
    public static ModelFacts Inspect(string path)
    {
        var programs = ExportedProgramFile.ProgramNames(path);
        if (programs.Count > 1)
        {
            // Which of them counts, a job says: until then inputs and outputs are not known.
            return new ModelFacts(ModelForm.TorchExportedProgram, [], [], new Dictionary<string, string>(StringComparer.Ordinal) { ["programs"] = string.Join(", ", programs) });
        }

        using var file = ExportedProgramFile.Open(path);
        var info = file.Info;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["program"] = info.Name,
            ["schema"] = info.SchemaVersion,
            ["torch"] = info.TorchVersion,
            ["decomposed"] = info.IsDecomposed ? "yes" : "no",
            ["nodes"] = info.NodeCount.ToString(CultureInfo.InvariantCulture),
            ["parameters"] = info.ParameterCount.ToString(CultureInfo.InvariantCulture),
        };
        return new ModelFacts(ModelForm.TorchExportedProgram, [.. info.Inputs.Select(Facts)], [.. info.Outputs.Select(Facts)], metadata);
    }

    private static TensorFacts Facts(ProgramValueInfo value) =>
        new(value.Name, [.. value.Shape.Select(size => size.Value ?? -1)], value.Type.ToNumpyName());
}
