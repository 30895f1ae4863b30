using Onnx.Model;

namespace Hub.Cli.Convert;

/// <summary>Copies of model files for a child that sees one folder.</summary>
internal static class StagedFiles
{
    /// <summary>Copies a model; one with weights in files beside it becomes one file again, or keeps one beside it.</summary>
    public static void Copy(string from, string to)
    {
        if (from.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            using var model = OnnxFile.Open(from);
            if (GraphWalk.Tensors(model.Model).Any(tensor => tensor.External is not null))
            {
                OnnxFile.Save(model.Model, to);
                return;
            }
        }

        File.Copy(from, to);
    }
}
