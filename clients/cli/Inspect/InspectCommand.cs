using System.CommandLine;
using System.Text.Json.Nodes;
using Hub.Cli.Output;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;

namespace Hub.Cli.Inspect;

/// <summary><c>hub inspect</c>: what a model file is, here and now; nothing of it is run.</summary>
internal static class InspectCommand
{
    private static readonly Argument<FileInfo> s_file = new("FILE") { Description = "A model file: .onnx, .tflite, .pt, .pt2 or an archive of one." };

    public static Command Create(CliContext context) => new Command("inspect", """
        Show what a model file is: its form, inputs, outputs and metadata. Nothing of it is run, and no hub is needed.

        Example:
          hub inspect model.onnx
        """) { s_file }.WithAction(context, (parsed, printer, _) =>
    {
        var file = parsed.GetRequiredValue(s_file);
        if (!file.Exists)
        {
            throw new CliException($"{file.FullName} does not exist");
        }

        try
        {
            var facts = ModelInspector.Inspect(file.FullName);
            if (printer.Json)
            {
                printer.Print(ToJson(facts, file.Length));
            }
            else
            {
                Print(printer, facts, file.Length);
            }
        }
        catch (InspectionException refused)
        {
            throw new CliException($"{CodeName.Of(refused.Code)}: {refused.Message}");
        }

        return Task.FromResult(ExitCode.Done);
    });

    private static void Print(Printer printer, ModelFacts facts, long bytes)
    {
        printer.Facts([("form", facts.Form.ToString()), ("size", Words.Bytes(bytes)), .. facts.Metadata.Select(pair => (pair.Key, pair.Value))]);
        printer.Line();
        printer.Table(["", "name", "type", "shape"], [.. facts.Inputs.Select(tensor => Row("input", tensor)), .. facts.Outputs.Select(tensor => Row("output", tensor))]);
    }

    private static IReadOnlyList<string> Row(string kind, TensorFacts tensor) => [kind, tensor.Name, tensor.Dtype, Shape(tensor)];

    private static string Shape(TensorFacts tensor) => $"[{string.Join(", ", tensor.Shape.Select(dim => dim < 0 ? "?" : dim.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";

    private static JsonObject ToJson(ModelFacts facts, long bytes) => new()
    {
        ["form"] = facts.Form.ToString(),
        ["size_bytes"] = bytes,
        ["inputs"] = new JsonArray([.. facts.Inputs.Select(ToJson)]),
        ["outputs"] = new JsonArray([.. facts.Outputs.Select(ToJson)]),
        ["metadata"] = new JsonObject(facts.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
    };

    private static JsonNode ToJson(TensorFacts tensor) => new JsonObject
    {
        ["name"] = tensor.Name,
        ["dtype"] = tensor.Dtype,
        ["shape"] = new JsonArray([.. tensor.Shape.Select(dim => (JsonNode)dim)]),
    };
}
