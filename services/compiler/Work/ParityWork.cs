using System.Text.Json.Nodes;
using Platform.Compiler.Nodes;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Runners;
using Platform.Runners.Sandboxed;
using Platform.Toolchains;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;

namespace Platform.Compiler.Work;

/// <summary>Compares what steps made with what they were given, and the product with the source (architecture L10).</summary>
internal sealed class ParityWork(SandboxedConversation runner)
{
    private static readonly ModelForm[] s_runnable = [ModelForm.Onnx, ModelForm.Tflite];

    /// <summary>Whether a model of that form can be run on a build node.</summary>
    public static bool IsRunnable(ModelForm form) => s_runnable.Contains(form) || QnnChecks.IsBound(form);

    /// <summary>Adds the figures of a step, or of several that shared a child.</summary>
    public async Task CompareStepAsync(HeldWork work, WorkFolder folder, WorkLog log, IReadOnlyList<string> steps, ComparedModel before, ComparedModel after, PathResult result)
    {
        if (result.FirstRunnable is { } first && !IsRunnable(before.Form) && steps.Count > 1)
        {
            // The first of the steps made the first form that can be run: the figures begin with what it gave.
            result.StepParity.Add(Figures(ParityOutcome.NotTaken(NotRunnable(work, before)!), steps[0]));
            result.LastParity = await CompareAsync(work, folder, log, first, after);
            result.StepParity.Add(Figures(result.LastParity, string.Join(" -> ", steps.Skip(1))));
            return;
        }

        result.LastParity = before.Form == ModelForm.TorchScript && result.Samples is { } samples
            ? await CompareAsync(work, folder, log, samples, after)
            : await CompareAsync(work, folder, log, before, after);
        result.StepParity.Add(Figures(result.LastParity, string.Join(" -> ", steps)));
        result.FirstRunnable ??= IsRunnable(before.Form) ? before : IsRunnable(after.Form) ? after : null;
    }

    /// <summary>
    /// The product against what the source gave; against the first form on the way that can be run, where the source cannot. With one
    /// step the figures of the step are those of the whole path.
    /// </summary>
    public async Task<ParityOutcome> CompareWholeAsync(HeldWork work, WorkFolder folder, WorkLog log, ComparedModel product, int segments, PathResult result) => (segments, result) switch
    {
        (1, _) => result.LastParity,
        (_, { Samples: { } samples }) => await CompareAsync(work, folder, log, samples, product),
        (_, { FirstRunnable: { } first }) when first != product => await CompareAsync(work, folder, log, first, product),
        _ => result.LastParity,
    };

    /// <summary>A product against the model that it was made of.</summary>
    public async Task<ParityOutcome> CompareAsync(HeldWork work, WorkFolder folder, WorkLog log, ComparedModel source, ComparedModel product)
    {
        if (NotRunnable(work, source) is { } sourceReason)
        {
            return ParityOutcome.NotTaken(sourceReason);
        }

        return NotRunnable(work, product) is { } reason
            ? ParityOutcome.NotTaken(reason)
            : await TakeAsync(work, folder, log, product, (client, shared) => ParityCheck.RunAsync(client, Request(work, folder, shared, source.Path, product), work.Stopped));
    }

    /// <summary>A product against what its source gave where it could be run.</summary>
    public async Task<ParityOutcome> CompareAsync(HeldWork work, WorkFolder folder, WorkLog log, ReferenceSamples samples, ComparedModel product)
    {
        if (samples.Samples.Count == 0)
        {
            return ParityOutcome.NotTaken("the step recorded no outputs of its source");
        }

        return NotRunnable(work, product) is { } reason
            ? ParityOutcome.NotTaken(reason)
            : await TakeAsync(work, folder, log, product, (client, shared) => RecordedCheck.RunAsync(client, Request(work, folder, shared, product.Path, product), ToRecorded(samples), work.Stopped));
    }

    private async Task<ParityOutcome> TakeAsync(HeldWork work, WorkFolder folder, WorkLog log, ComparedModel product, Func<RunnerClient, SharedFolder, Task<ParityReport>> compare)
    {
        if (!File.Exists(runner.Program))
        {
            return ParityOutcome.NotTaken($"{runner.Program} is missing on this node");
        }

        try
        {
            string path = folder.Make("parity");
            var run = new ProgramRun(folder.Path, WorkLimits.Of(work.Assignment.Limits), log.Line);
            var report = await runner.RunAsync(run, (client, shared) => compare(client, new SharedFolder(path, Path.Combine(shared.AtRunner, "parity"))), work.Stopped);
            work.Stopped.ThrowIfCancellationRequested();
            log.Line($"parity {report.WorstSnrDb:0.0} dB ({report.SourceRuntime} against {report.ProductRuntime})");
            return ParityOutcome.Taken(report) with { IsReduced = QnnChecks.IsBound(product.Form) };
        }
        catch (RunnerFailureException problem)
        {
            work.Stopped.ThrowIfCancellationRequested();
            log.Line($"parity was not taken: {problem.Message}");
            return problem.Code == FailureCode.ParityMismatch ? ParityOutcome.Mismatch(problem.Message) : ParityOutcome.NotTaken($"{CodeName.Of(problem.Code)}: {problem.Message}");
        }
    }

    private static ParityRequest Request(HeldWork work, WorkFolder folder, SharedFolder shared, string source, ComparedModel product)
    {
        var conversion = work.Assignment.Conversion;
        var options = ConversionOptions.Of(conversion);
        string workFolder = Path.GetDirectoryName(shared.AtRunner)!;
        return new ParityRequest(Path.Combine(workFolder, Path.GetRelativePath(folder.Path, source)), Path.Combine(workFolder, Path.GetRelativePath(folder.Path, product.Path)), shared)
        {
            ProductRuntime = QnnChecks.IsBound(product.Form) ? Runtime.QnnHtp : Runtime.Unspecified,
            InputShapes = conversion.InputSpecs.ToDictionary(spec => spec.Name, spec => spec.Shape.Select(dim => (long)dim).ToArray(), StringComparer.Ordinal),
            ChannelLast = [.. options.Names("force_channel_last_input"), .. options.Names("force_channel_last_output")],
        };
    }

    private static JsonObject Figures(ParityOutcome outcome, string step)
    {
        var figures = outcome.ToJson();
        figures["step"] = step;
        return figures;
    }

    private static string? NotRunnable(HeldWork work, ComparedModel model) =>
        !IsRunnable(model.Form) ? $"no runtime here runs {model.Form} models"
        : QnnChecks.IsBound(model.Form) && work.Assignment.Conversion.SocModels.Count > 1 ? "a file for several chips cannot be run on a build node"
        : null;

    private static RecordedSamples ToRecorded(ReferenceSamples samples) => new(
        samples.Taken,
        [.. samples.Samples.Select(sample => new RecordedSample([.. sample.Inputs.Select(ToRecorded)], [.. sample.Outputs.Select(ToRecorded)]))]);

    private static RecordedTensor ToRecorded(ReferenceTensor tensor) => new(tensor.Name, tensor.Dtype, tensor.Shape, tensor.Path);
}

/// <summary>A model of the path.</summary>
internal sealed record ComparedModel(string Path, ModelForm Form);

/// <summary>What a comparison gave.</summary>
/// <param name="Report">The figures; null when it was not taken.</param>
/// <param name="Reason">Why there are none.</param>
/// <param name="Differs">Whether source and product differ for certain although there are no figures.</param>
internal sealed record ParityOutcome(ParityReport? Report, string? Reason, bool Differs)
{
    /// <summary>Whether the product computes with less than float32 by nature: its figures are reported, and no limit holds for them.</summary>
    public bool IsReduced { get; init; }

    public static ParityOutcome Taken(ParityReport report) => new(report, null, false);

    public static ParityOutcome NotTaken(string reason) => new(null, reason, false);

    public static ParityOutcome Mismatch(string reason) => new(null, reason, true);

    /// <summary>Why a product that computes in float32 may not be used; null when it may.</summary>
    public string? Problem => Differs ? Reason : !IsReduced && Report is { } report && WorstFloat(report) is { SnrDb: < ParityReport.Float32LimitDb } worst
        ? $"output '{worst.Name}' differs from the source: {worst.SnrDb:0.0} dB, {ParityReport.Float32LimitDb:0} dB is the least"
        : null;

    public JsonObject ToJson() => Report?.ToJson() ?? new JsonObject { ["not_taken"] = Reason };

    private static OutputParity? WorstFloat(ParityReport report) => report.Outputs.Where(output => output.Dtype == "float32").MinBy(output => output.SnrDb);
}
