using System.Text.Json;
using System.Text.Json.Nodes;
using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Sandbox;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.TorchScript;

/// <summary>TorchScript -> ONNX with PyTorch's own exporter, in a Python process that is given the file and nothing else.</summary>
/// <param name="python">The Python that has torch.</param>
public sealed class TorchScriptStep(string python) : ProcessStep
{
    private const string Script = "export_torchscript.py";
    private const string ResultFile = "result.json";
    private const int LargestResult = 1 << 20;
    private const int Opset = 17;

    private static readonly int[] s_seeds = [11, 12, 13];

    private string _version = "";

    /// <inheritdoc/>
    public override StepDescription Description => new("torchscript-to-onnx", _version, ModelForm.TorchScript, ModelForm.Onnx, StepHost.Process);

    /// <inheritdoc/>
    public override async Task<StepAvailability> ProbeAsync(ISandbox sandbox, CancellationToken cancellation)
    {
        if (!File.Exists(python))
        {
            return new StepAvailability(false, "", $"{python} does not exist: point HUB_PYTHON at a Python that has torch");
        }

        string folder = Directory.CreateTempSubdirectory("hub-probe-").FullName;
        try
        {
            var lines = new List<string>();
            var limits = new SandboxLimits(TimeSpan.FromMinutes(1), 4L << 30, 1 << 20, 64 << 10);
            var request = new SandboxRequest(python, ["-c", "import torch, torch.onnx; print(torch.__version__)"], folder, limits) { OutputLine = lines.Add, ErrorLine = lines.Add, ReadOnly = Roots };
            var result = await sandbox.RunAsync(request, cancellation);
            _version = result.Succeeded && lines.Count > 0 ? $"torch-{lines[^1].Trim()}" : "";
            return result.Succeeded
                ? new StepAvailability(true, _version, "")
                : new StepAvailability(false, "", $"{python} cannot import torch ({lines.LastOrDefault()}): install it (on Debian: python3-torch) or point HUB_PYTHON at a Python that has it");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <inheritdoc/>
    public override async Task<ProcessStepOutcome> RunAsync(ProcessStepRequest request, ISandbox sandbox, CancellationToken cancellation)
    {
        if (Refuse(request) is { Count: > 0 } refusals)
        {
            return new ProcessStepOutcome(refusals, [], null, new SandboxResult(SandboxEnd.Exited, 0, TimeSpan.Zero, 0));
        }

        await using (var script = typeof(TorchScriptStep).Assembly.GetManifestResourceStream(Script)!)
        await using (var target = File.Create(Path.Combine(request.WorkFolder, Script)))
        {
            await script.CopyToAsync(target, cancellation);
        }

        var run = new SandboxRequest(python, [Script], request.WorkFolder, request.Limits)
        {
            ReadOnly = Roots,
            OutputLine = request.Log,
            ErrorLine = request.Log,
            Environment = new Dictionary<string, string> { ["OMP_NUM_THREADS"] = "2", ["PYTHONDONTWRITEBYTECODE"] = "1", ["PYTHONUNBUFFERED"] = "1" },
        };
        var ended = await sandbox.RunAsync(run with { StandardInput = Request(request, sandbox.WorkFolderOf(run)) }, cancellation);
        return Read(request, ended);
    }

    private string[] Roots => [Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(python)))!];

    private static List<Refusal> Refuse(ProcessStepRequest request)
    {
        var refusals = new List<Refusal>();
        if (request.Inputs.Count == 0)
        {
            refusals.Add(new Refusal(FailureCode.InputSpecsRequired, "a TorchScript model does not say the shapes of its inputs: give input specs"));
        }

        try
        {
            TorchScriptInspector.Inspect(request.Input);
        }
        catch (InspectionException unsafeFile)
        {
            refusals.Add(new Refusal(unsafeFile.Code, unsafeFile.Message));
        }

        return refusals;
    }

    private static string Request(ProcessStepRequest request, string inside)
    {
        string Inside(string path) => Path.Combine(inside, Path.GetRelativePath(request.WorkFolder, path));
        return new JsonObject
        {
            ["model"] = Inside(request.Input),
            ["output"] = Inside(request.Output),
            ["inputs"] = new JsonArray([.. request.Inputs.Select(input => (JsonNode)new JsonObject
            {
                ["name"] = input.Name,
                ["dtype"] = input.Type.ToNumpyName(),
                ["shape"] = new JsonArray([.. input.Shape.Select(dim => (JsonNode)JsonValue.Create(dim))]),
            })]),
            ["output_names"] = new JsonArray([.. request.Options.Names("output_names").Select(name => (JsonNode)JsonValue.Create(name))]),
            ["opset"] = Opset,
            ["threads"] = 2,
            ["seeds"] = new JsonArray([.. s_seeds.Select(seed => (JsonNode)JsonValue.Create(seed))]),
        }.ToJsonString();
    }

    private static ProcessStepOutcome Read(ProcessStepRequest request, SandboxResult ended)
    {
        string folder = Path.GetDirectoryName(request.Output)!;
        string? text = ended.Succeeded ? OutputFile.TryReadText(folder, ResultFile, LargestResult) : null;
        if (text is null)
        {
            return new ProcessStepOutcome([ChildFailures.ToRefusal(ended, "PyTorch's exporter")], [], null, ended);
        }

        var result = JsonSerializer.Deserialize<ExportResult>(text, ExportResult.Json)!;
        if (result.Refusal is { } refusal)
        {
            var code = Enum.GetValues<FailureCode>().FirstOrDefault(known => CodeName.Of(known) == refusal.Code, FailureCode.ConversionRefused);
            return new ProcessStepOutcome([new Refusal(code, refusal.Message, Subject: refusal.Subject.Length == 0 ? null : refusal.Subject)], [], null, ended);
        }

        return new ProcessStepOutcome([], result.Warnings, result.ToSamples(Path.Combine(folder, "samples")), ended);
    }
}
