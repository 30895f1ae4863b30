using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Hub.Cli.Convert;
using Hub.Cli.Output;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Qnn;

namespace Hub.Cli.Inspect;

/// <summary><c>hub inspect</c>: what a model file is, here and now; nothing of it is run.</summary>
internal static class InspectCommand
{
    private static readonly Argument<FileInfo> s_file = new("FILE") { Description = "A model file: .onnx, .tflite, .pt, .pt2, .dlc, .bin or an archive of one." };

    public static Command Create(CliContext context) => new Command("inspect", """
        Show what a model file is: its form, inputs, outputs and metadata. Nothing of it is run, and no hub is needed.

        Example:
          hub inspect model.onnx
        """) { s_file }.WithAction(context, async (parsed, printer, cancellation) =>
    {
        var file = parsed.GetRequiredValue(s_file);
        if (!file.Exists)
        {
            throw new CliException($"{file.FullName} does not exist");
        }

        try
        {
            var (facts, note) = await InspectAsync(file.FullName, cancellation);
            if (printer.Json)
            {
                printer.Print(ToJson(facts, file.FullName));
            }
            else
            {
                Print(printer, facts, file.FullName, note);
            }
        }
        catch (InspectionException refused)
        {
            throw new CliException($"{CodeName.Of(refused.Code)}: {refused.Message}");
        }

        return ExitCode.Done;
    });

    /// <summary>Facts and hash of a file as JSON.</summary>
    public static JsonObject ToJson(ModelFacts facts, string path) => new()
    {
        ["form"] = facts.Form.ToString(),
        ["size_bytes"] = new FileInfo(path).Length,
        ["sha256"] = HashOf(path),
        ["inputs"] = new JsonArray([.. facts.Inputs.Select(ToJson)]),
        ["outputs"] = new JsonArray([.. facts.Outputs.Select(ToJson)]),
        ["metadata"] = new JsonObject(facts.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
    };

    // What only the vendor's own library can read is read in a child, where the package is mounted.
    private static async Task<(ModelFacts Facts, string Note)> InspectAsync(string path, CancellationToken cancellation)
    {
        var facts = ModelInspector.Inspect(path);
        if (!QnnInspection.Helps(facts.Form, facts.Metadata))
        {
            return (facts, "");
        }

        var (qnn, problem) = await OfflineQnn.OpenAsync(cancellation);
        if (qnn is null)
        {
            return (facts, $"what only the vendor's library reads of it is not shown: {problem}");
        }

        var seen = await qnn.InspectAsync(path, cancellation);
        return seen.Refusal is { } refusal ? throw new InspectionException(refusal.Message, refusal.Code) : (seen.Facts!, "");
    }

    private static void Print(Printer printer, ModelFacts facts, string path, string note)
    {
        printer.Facts([("form", facts.Form.ToString()), ("size", Words.Bytes(new FileInfo(path).Length)), ("sha256", HashOf(path)), .. facts.Metadata.Select(pair => (pair.Key, pair.Value)), ("note", note)]);
        printer.Line();
        printer.Table(["", "name", "type", "shape", "quantization", "graph"], [.. facts.Inputs.Select(tensor => Row("input", tensor)), .. facts.Outputs.Select(tensor => Row("output", tensor))]);
    }

    private static IReadOnlyList<string> Row(string kind, TensorFacts tensor) => [kind, tensor.Name, tensor.Dtype, Shape(tensor), Quantization(tensor), tensor.Graph];

    private static string Quantization(TensorFacts tensor) => tensor.Scale is { } scale ? FormattableString.Invariant($"{scale:G6} * (x - {tensor.ZeroPoint ?? 0})") : "";

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return System.Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Shape(TensorFacts tensor) => $"[{string.Join(", ", tensor.Shape.Select(dim => dim < 0 ? "?" : dim.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";

    private static JsonNode ToJson(TensorFacts tensor)
    {
        var json = new JsonObject { ["name"] = tensor.Name, ["dtype"] = tensor.Dtype, ["shape"] = new JsonArray([.. tensor.Shape.Select(dim => (JsonNode)dim)]) };
        if (tensor.Scale is { } scale)
        {
            json["scale"] = scale;
            json["zero_point"] = tensor.ZeroPoint ?? 0;
        }

        if (tensor.Graph.Length > 0)
        {
            json["graph"] = tensor.Graph;
        }

        return json;
    }
}
