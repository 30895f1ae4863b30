using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Cli.Verify;
using Onnx.Model;
using Onnx.Tflite;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains;
using Platform.Toolchains.Conversion;
using Platform.Toolchains.Options;
using Platform.Toolchains.Planning;
using Platform.Toolchains.Qnn;

namespace Hub.Cli.Convert;

/// <summary>One offline conversion.</summary>
internal sealed class Conversion(ConvertRequest request, TextWriter output, TextWriter error)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly List<Refusal> _refusals = [];

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (!File.Exists(request.Input) && !Directory.Exists(request.Input))
        {
            await error.WriteLineAsync($"hub convert: {request.Input} does not exist");
            return ExitCode.Usage;
        }

        try
        {
            return await ConvertAsync(cancellation);
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

    private async Task<int> ConvertAsync(CancellationToken cancellation)
    {
        string? target = request.Target ?? TargetRuntime.FromFileName(request.Output);
        if (target is null || TargetRuntime.FormOf(target) == ModelForm.Unknown)
        {
            await error.WriteLineAsync($"hub convert: name a target with --target_runtime ({string.Join(", ", TargetRuntime.Names)}) or by the ending of --output");
            return ExitCode.Usage;
        }

        var direct = request.Target is null ? new Dictionary<string, string>() : new() { ["target_runtime"] = request.Target };
        if (request.MinRuntime is not null)
        {
            direct["min_runtime"] = request.MinRuntime;
        }

        if (request.DumpAfter.FirstOrDefault(pass => pass != "all" && !TfliteConverter.PassNames.Contains(pass)) is { } unknown)
        {
            await error.WriteLineAsync($"hub convert: there is no pass '{unknown}'; there are all, {string.Join(", ", TfliteConverter.PassNames)}");
            return ExitCode.Usage;
        }

        var options = OptionParser.Parse(request.Options, direct, JobKinds.Compile, _refusals);
        var inputs = ParseInputs();
        var from = ModelFormDetector.Detect(request.Input);
        if (from == ModelForm.Unknown)
        {
            _refusals.Add(new Refusal(FailureCode.ModelFormUnknown, $"{Path.GetFileName(request.Input)} is none of the model forms that the hub knows"));
        }

        var form = TargetRuntime.FormOf(target);
        var socs = SocSelector.Parse(request.DeviceAttributes, _refusals);
        var path = PathPlanner.Find(from, form, [.. ManagedSteps.All.Select(step => step.Description), .. QnnPath.Steps]);
        if (path is null && from != ModelForm.Unknown)
        {
            _refusals.Add(new Refusal(FailureCode.NoConversionPath, $"no steps lead from {from} to {target} on this machine"));
        }

        if (_refusals.Count > 0)
        {
            return Refuse(_refusals);
        }

        var outcome = QnnChecks.IsQnn(form)
            ? await QnnPath.RunAsync(path!, request.Input, request.Output, options, inputs, socs, cancellation)
            : ManagedPath.Run(path!, request.Input, request.Output, options, inputs, cancellation, new PathExtras { Dump = request.DumpAfter.Count > 0 ? Dump : null });
        bool runs = !QnnChecks.IsQnn(form) || (QnnChecks.IsBound(form) && socs.Count == 1);
        bool verify = request.Verify && outcome.Refusals.Count == 0 && from == ModelForm.Onnx && runs;
        var verification = verify ? await VerifyAsync(options, inputs, QnnChecks.IsQnn(form), cancellation) : null;
        WriteReport(outcome, verification);
        return outcome.Refusals.Count > 0 ? Refuse(outcome.Refusals) : Succeed(outcome, verification, options.Flag("allow_parity_mismatch"));
    }

    private void Dump(string pass, string text)
    {
        if (request.DumpAfter.Contains("all") || request.DumpAfter.Contains(pass))
        {
            error.WriteLine($"after {pass}:\n{text}");
        }
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

    private Task<Verification> VerifyAsync(OptionSet options, List<InputSpec> inputs, bool isQnn, CancellationToken cancellation) => Verification.RunAsync(
        new VerifyRequest(
            request.Input,
            request.Output,
            inputs.ToDictionary(spec => spec.Name, spec => spec.Shape.ToArray()),
            [.. options.Names("force_channel_last_input"), .. options.Names("force_channel_last_output")]) { IsQnn = isQnn },
        cancellation);

    private void WriteReport(ConversionOutcome outcome, Verification? verification)
    {
        if (request.Report is not null)
        {
            var report = new JsonObject { ["steps"] = outcome.Reports.DeepClone(), ["warnings"] = Strings(outcome.Warnings), ["refusals"] = RefusalText.ToJson(outcome.Refusals), ["parity"] = verification?.ToJson() };
            File.WriteAllText(request.Report, report.ToJsonString(s_indented));
        }
    }

    // A product that differs from its source is kept under another name, so that no script takes it for a good one.
    private int Succeed(ConversionOutcome outcome, Verification? verification, bool allowMismatch)
    {
        if (verification is { Passed: false } && !allowMismatch)
        {
            string aside = request.Output + ".mismatch";
            File.Move(request.Output, aside, overwrite: true);
            return Refuse([verification.Problem! with { Message = $"{verification.Problem.Message}; the product is kept as {aside}" }]);
        }

        string[] warnings = [.. outcome.Warnings, .. verification?.Problem is { } problem ? [$"{CodeName.Of(problem.Code)}: {problem.Message}"] : Array.Empty<string>()];
        if (request.Json)
        {
            output.WriteLine(new JsonObject
            {
                ["output"] = request.Output,
                ["bytes"] = (double)new FileInfo(request.Output).Length,
                ["warnings"] = Strings(warnings),
                ["parity"] = verification?.ToJson(),
            }.ToJsonString(s_indented));
            return ExitCode.Done;
        }

        foreach (string warning in warnings)
        {
            error.WriteLine($"warning: {warning}");
        }

        string parity = verification?.Report is { } report ? FormattableString.Invariant($", parity {report.WorstSnrDb:0.0} dB") : "";
        output.WriteLine($"{request.Output} ({new FileInfo(request.Output).Length:N0} bytes{parity})");
        return ExitCode.Done;
    }

    private int Refuse(IReadOnlyList<Refusal> refusals)
    {
        if (request.Json)
        {
            error.WriteLine(new JsonObject { ["refusals"] = RefusalText.ToJson(refusals) }.ToJsonString(s_indented));
            return ExitCode.Refused;
        }

        foreach (var refusal in refusals)
        {
            RefusalText.Print(error, refusal);
        }

        return ExitCode.Refused;
    }

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]);
}
