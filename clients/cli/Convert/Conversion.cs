using System.Text.Json;
using System.Text.Json.Nodes;
using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains;
using Platform.Toolchains.Conversion;
using Platform.Toolchains.Options;
using Platform.Toolchains.Planning;

namespace Hub.Cli.Convert;

/// <summary>One offline conversion.</summary>
internal sealed class Conversion(ConvertRequest request, TextWriter output, TextWriter error)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly List<Refusal> _refusals = [];

    public int Run()
    {
        if (!File.Exists(request.Input) && !Directory.Exists(request.Input))
        {
            error.WriteLine($"hub convert: {request.Input} does not exist");
            return ExitCode.Usage;
        }

        try
        {
            return Convert();
        }
        catch (OnnxFormatException problem)
        {
            return Refuse([new Refusal(FailureCode.ModelUnreadable, problem.Message, problem.Error.ToString())]);
        }
        catch (IOException problem)
        {
            return Refuse([new Refusal(FailureCode.ModelUnreadable, problem.Message)]);
        }
    }

    private int Convert()
    {
        string? target = request.Target ?? TargetRuntime.FromFileName(request.Output);
        if (target is null || TargetRuntime.FormOf(target) == ModelForm.Unknown)
        {
            error.WriteLine($"hub convert: name a target with --target_runtime ({string.Join(", ", TargetRuntime.Names)}) or by the ending of --output");
            return ExitCode.Usage;
        }

        var direct = request.Target is null ? new Dictionary<string, string>() : new() { ["target_runtime"] = request.Target };
        var options = OptionParser.Parse(request.Options, direct, JobKinds.Compile, _refusals);
        var inputs = ParseInputs();
        var from = ModelFormDetector.Detect(request.Input);
        if (from == ModelForm.Unknown)
        {
            _refusals.Add(new Refusal(FailureCode.ModelFormUnknown, $"{Path.GetFileName(request.Input)} is none of the model forms that the hub knows"));
        }

        var path = PathPlanner.Find(from, TargetRuntime.FormOf(target), [.. ManagedSteps.All.Select(step => step.Description)]);
        if (path is null && from != ModelForm.Unknown)
        {
            _refusals.Add(new Refusal(FailureCode.NoConversionPath, $"no steps lead from {from} to {target} on this machine"));
        }

        if (_refusals.Count > 0)
        {
            return Refuse(_refusals);
        }

        var outcome = ManagedPath.Run(path!, request.Input, request.Output, options, inputs, CancellationToken.None);
        WriteReport(outcome);
        return outcome.Refusals.Count > 0 ? Refuse(outcome.Refusals) : Succeed(outcome);
    }

    private List<InputSpec> ParseInputs()
    {
        var specs = new List<InputSpec>();
        foreach (string text in request.Inputs)
        {
            if (InputSpec.TryParse(text, out var spec))
            {
                specs.Add(spec!);
            }
            else
            {
                _refusals.Add(new Refusal(FailureCode.InputSpecInvalid, $"'{text}' is not NAME:SHAPE[:DTYPE], e.g. image:1x3x224x224:float32", Subject: text));
            }
        }

        return specs;
    }

    private void WriteReport(ConversionOutcome outcome)
    {
        if (request.Report is not null)
        {
            var report = new JsonObject { ["steps"] = outcome.Reports.DeepClone(), ["warnings"] = Strings(outcome.Warnings), ["refusals"] = ToJson(outcome.Refusals) };
            File.WriteAllText(request.Report, report.ToJsonString(s_indented));
        }
    }

    private int Succeed(ConversionOutcome outcome)
    {
        if (request.Json)
        {
            output.WriteLine(new JsonObject { ["output"] = request.Output, ["bytes"] = (double)new FileInfo(request.Output).Length, ["warnings"] = Strings(outcome.Warnings) }.ToJsonString(s_indented));
            return ExitCode.Done;
        }

        foreach (string warning in outcome.Warnings)
        {
            error.WriteLine($"warning: {warning}");
        }

        output.WriteLine($"{request.Output} ({new FileInfo(request.Output).Length:N0} bytes)");
        return ExitCode.Done;
    }

    private int Refuse(IReadOnlyList<Refusal> refusals)
    {
        if (request.Json)
        {
            error.WriteLine(new JsonObject { ["refusals"] = ToJson(refusals) }.ToJsonString(s_indented));
            return ExitCode.Refused;
        }

        foreach (var refusal in refusals)
        {
            string reason = refusal.Reason is null ? "" : $"/{refusal.Reason}";
            string subject = refusal.Subject is null ? "" : $" [{refusal.Subject}]";
            error.WriteLine($"{CodeName.Of(refusal.Code)}{reason}{subject}: {refusal.Message}");
            if (refusal.Advice is not null)
            {
                error.WriteLine($"    {refusal.Advice}");
            }
        }

        return ExitCode.Refused;
    }

    private static JsonArray ToJson(IReadOnlyList<Refusal> refusals) => new([.. refusals.Select(refusal => (JsonNode)new JsonObject
    {
        ["code"] = CodeName.Of(refusal.Code),
        ["reason"] = refusal.Reason,
        ["subject"] = refusal.Subject,
        ["message"] = refusal.Message,
        ["advice"] = refusal.Advice,
    })]);

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]);
}
