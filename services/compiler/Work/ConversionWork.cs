using System.Text.Json.Nodes;
using Onnx.Model;
using Platform.Compiler.Nodes;
using Platform.Compiler.Tools;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.Contracts.Runner.V1;
using Platform.Runners.Sandboxed;
using Platform.ServiceDefaults;
using Platform.Toolchains;
using Platform.Toolchains.Conversion;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;

namespace Platform.Compiler.Work;

/// <summary>Runs a path of steps: managed ones in a row share one child, each program of others has its own.</summary>
internal sealed class ConversionWork(SandboxedStep child, ToolBox tools, WorkTransfers transfers, Sandbox.ISandbox sandbox, StepGate gate, ParityWork parity) : IWork
{
    public Assignment.WorkOneofCase Kind => Assignment.WorkOneofCase.Conversion;

    public async Task RunAsync(HeldWork work, WorkFolder folder, WorkLog log, ReportRequest report) => report.Converted = await ConvertAsync(work, folder, log);

    private async Task<Converted> ConvertAsync(HeldWork work, WorkFolder folder, WorkLog log)
    {
        var conversion = work.Assignment.Conversion;
        work.Tell("fetching the model", 0);
        string file = await transfers.FetchAsync(conversion.Input, folder, work.Stopped);
        var result = new PathResult { Form = (ModelForm)(int)conversion.From };
        var segments = Segments(conversion.Steps);
        for (int i = 0; i < segments.Count; i++)
        {
            work.Tell(string.Join(", ", segments[i]), (double)i / segments.Count);
            log.Line($"step {string.Join(" -> ", segments[i])}");
            bool last = i == segments.Count - 1;
            using var share = await gate.EnterAsync(log, work.Stopped);
            var before = new ComparedModel(file, result.Form);
            file = IsManaged(segments[i][0])
                ? await RunManagedAsync(work, folder, log, segments[i], file, i, last, result)
                : await RunProcessAsync(work, folder, log, segments[i][0], file, i, last, result);
            await DescribeAsync(work, folder, log, file, result);
            work.Tell("comparing the product with its source", 0.9);
            await parity.CompareStepAsync(work, folder, log, segments[i], before, new ComparedModel(file, result.Form), result);
        }

        var endToEnd = await parity.CompareWholeAsync(work, folder, log, new ComparedModel(file, result.Form), segments.Count, result);
        work.Tell("sending the product", 1);
        return await FinishAsync(work, folder, file, result, endToEnd);
    }

    private static bool IsManaged(string step) => ManagedSteps.All.Any(managed => managed.Description.Name == step);

    // Neighbouring managed steps hand models on in memory.
    private static List<List<string>> Segments(IEnumerable<string> steps)
    {
        var segments = new List<List<string>>();
        foreach (string step in steps)
        {
            if (segments.Count > 0 && IsManaged(step) && IsManaged(segments[^1][0]))
            {
                segments[^1].Add(step);
            }
            else
            {
                segments.Add([step]);
            }
        }

        return segments;
    }

    private async Task<string> RunManagedAsync(HeldWork work, WorkFolder folder, WorkLog log, List<string> steps, string input, int index, bool last, PathResult result)
    {
        var conversion = work.Assignment.Conversion;
        var target = ManagedSteps.All.Single(step => step.Description.Name == steps[^1]).Description.To;
        string output = Path.Combine(folder.Make($"step{index}"), "model" + TargetRuntime.ExtensionOf(target));
        var request = new Contracts.Runner.V1.Convert
        {
            Input = child.Inside(folder.Path, input),
            Output = child.Inside(folder.Path, output),
            From = (ModelType)(int)result.Form,
            Options = conversion.Options,
            Unfinished = !last,
        };
        request.Steps.AddRange(steps);
        request.DirectOptions.Add(conversion.DirectOptions);
        if (index == 0)
        {
            request.InputSpecs.AddRange(conversion.InputSpecs);
        }

        string firstOnnx = Path.Combine(Path.GetDirectoryName(output)!, "first.onnx");
        if (steps.Count > 1 && !ParityWork.IsRunnable(result.Form))
        {
            request.FirstOnnx = child.Inside(folder.Path, firstOnnx);
        }

        var response = await child.RunAsync(new StepRequest { Convert = request }, new ProgramRun(folder.Path, WorkLimits.Of(work.Assignment.Limits), log.Line), work.Stopped);
        ProcessOutcomes.ThrowIfRefused(response.Refusals, steps[^1]);
        result.Take(response, target);
        result.FirstRunnable ??= File.Exists(firstOnnx) ? new ComparedModel(firstOnnx, ModelForm.Onnx) : null;
        return output;
    }

    private async Task<string> RunProcessAsync(HeldWork work, WorkFolder folder, WorkLog log, string name, string input, int index, bool last, PathResult result)
    {
        var conversion = work.Assignment.Conversion;
        var step = tools.ProcessSteps.Single(candidate => candidate.Description.Name == name);
        var options = ConversionOptions.Of(conversion);
        string output = Path.Combine(folder.Make($"step{index}"), "model" + step.ExtensionFor(options));
        // Later steps find the shapes in the model that they are given.
        var inputs = index == 0 ? conversion.InputSpecs.Select(ToInputSpec).ToList() : [];
        var request = new ProcessStepRequest(input, output, folder.Path, options, inputs, last, WorkLimits.Of(work.Assignment.Limits), log.Line)
        {
            Socs = [.. conversion.SocModels.Select(SocTable.Find).OfType<Soc>()],
        };
        var outcome = await step.RunAsync(request, sandbox, work.Stopped);
        work.Stopped.ThrowIfCancellationRequested();
        ProcessOutcomes.ThrowIfRefused(outcome, name);
        result.Take(outcome, step.Description);
        return output;
    }

    // A program of others says nothing about its product: look at the file itself.
    private async Task DescribeAsync(HeldWork work, WorkFolder folder, WorkLog log, string file, PathResult result)
    {
        if (result.IsDescribed)
        {
            return;
        }

        var request = new StepRequest { InspectModel = new InspectModel { Path = child.Inside(folder.Path, file), Claimed = (ModelType)(int)result.Form } };
        var response = await child.RunAsync(request, new ProgramRun(folder.Path, WorkLimits.Of(work.Assignment.Limits), log.Line), work.Stopped);
        if (response.Refusals.Count > 0)
        {
            throw new FailureException(Failures.Of(FailureCode.ResultInvalid, $"the product cannot be read: {response.Refusals[0].Message}", response.Refusals));
        }

        result.Inputs.AddRange(response.Inputs);
        result.Outputs.AddRange(response.Outputs);
    }

    private async Task<Converted> FinishAsync(HeldWork work, WorkFolder folder, string file, PathResult result, ParityOutcome endToEnd)
    {
        string name = Path.GetFileNameWithoutExtension(work.Assignment.Conversion.Input.Filename) + ProductName.ExtensionOf(file, result.Form);
        var converted = new Converted
        {
            Product = await transfers.SendAsync(work.Assignment, folder, file, "product", name, work.Stopped),
            ReportJson = new JsonObject
            {
                ["steps"] = result.Reports.DeepClone(),
                ["parity"] = new JsonObject { ["end_to_end"] = endToEnd.ToJson(), ["steps"] = result.StepParity.DeepClone() },
            }.ToJsonString(),
        };
        if (endToEnd.Problem is { } problem && !ConversionOptions.Of(work.Assignment.Conversion).Flag("allow_parity_mismatch"))
        {
            converted.ParityFailure = Failures.Of(FailureCode.ParityMismatch, problem);
        }

        converted.Inputs.AddRange(result.Inputs);
        converted.Outputs.AddRange(result.Outputs);
        converted.Metadata.Add(result.Metadata);
        converted.Warnings.AddRange(result.Warnings);
        return converted;
    }

    private static InputSpec ToInputSpec(Contracts.Hub.V1.TensorSpec spec)
    {
        var type = spec.Dtype.Length == 0 ? DataType.Float : DataTypes.TryParseNumpyName(spec.Dtype, out var known) ? known : DataType.Undefined;
        return new InputSpec(spec.Name, [.. spec.Shape.Select(dim => (long)dim)], type);
    }
}
