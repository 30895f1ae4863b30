using System.Text.Json.Nodes;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Options;
using Platform.Toolchains.Steps;
using Torch.Onnx;

namespace Platform.Toolchains.Conversion;

/// <summary>Runs a path of managed steps in this process: the offline CLI's and the step runner's way.</summary>
public static class ManagedPath
{
    /// <summary>Reads the source, runs every step, writes the product. A refusal writes nothing.</summary>
    /// <param name="steps">The path, all managed.</param>
    /// <param name="inputPath">The source file.</param>
    /// <param name="outputPath">The product's file.</param>
    /// <param name="options">Checked options.</param>
    /// <param name="inputs">Input specs.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <param name="extras">What else is wanted of the path.</param>
    public static ConversionOutcome Run(
        IReadOnlyList<StepDescription> steps, string inputPath, string outputPath, OptionSet options, IReadOnlyList<InputSpec> inputs, CancellationToken cancellation, PathExtras? extras = null)
    {
        try
        {
            return RunSteps(steps, inputPath, outputPath, options, inputs, extras ?? new PathExtras(), cancellation);
        }
        catch (ExportedProgramException problem)
        {
            // Also while the product is written: weights are read then.
            string? advice = problem.Error == ExportedProgramError.AmbiguousProgram ? "choose with --pt2_program NAME" : null;
            return new ConversionOutcome([new Refusal(FailureCode.ModelUnreadable, problem.Message, CodeName.OfName(problem.Error.ToString()), Advice: advice)], [], []);
        }
    }

    private static ConversionOutcome RunSteps(
        IReadOnlyList<StepDescription> steps, string inputPath, string outputPath, OptionSet options, IReadOnlyList<InputSpec> inputs, PathExtras extras, CancellationToken cancellation)
    {
        using var source = OpenedSource.Open(inputPath, steps[0].From, options);
        var value = source.Value;
        var reports = new JsonArray();
        var warnings = new List<string>();
        bool kept = false;
        for (int i = 0; i < steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = ManagedSteps.All.Single(candidate => candidate.Description.Name == steps[i].Name);
            var result = step.Run(value, new StepContext(options, inputs, i == 0, !extras.IsUnfinished && i == steps.Count - 1, cancellation) { Dump = extras.Dump });
            reports.Add(new JsonObject { ["step"] = steps[i].Name, ["version"] = steps[i].Version, ["report"] = result.Report });
            warnings.AddRange(result.Warnings);
            if (result.Product is null)
            {
                return new ConversionOutcome(result.Refusals, reports, warnings);
            }

            value = result.Product;
            if (extras.FirstOnnxPath is { } path && !kept && value.Form == ModelForm.Onnx && i < steps.Count - 1)
            {
                value.Save(path);
                kept = true;
            }
        }

        value.Save(outputPath);
        return new ConversionOutcome([], reports, warnings);
    }
}

/// <summary>What else is wanted of a path.</summary>
public sealed record PathExtras
{
    /// <summary>Called with the name of each pass of a step and a text of the graph after it.</summary>
    public Action<string, string>? Dump { get; init; }

    /// <summary>Where to write the first ONNX form on the way as well: what parity begins with when the source cannot be run.</summary>
    public string? FirstOnnxPath { get; init; }

    /// <summary>Whether steps outside this path follow, which then give the outputs their names.</summary>
    public bool IsUnfinished { get; init; }
}

/// <summary>The end of a path.</summary>
/// <param name="Refusals">Every blocker; empty when the product was written.</param>
/// <param name="Reports">A report for each step that ran: <c>{step, version, report}</c>.</param>
/// <param name="Warnings">Sentences the user should see.</param>
public sealed record ConversionOutcome(IReadOnlyList<Refusal> Refusals, JsonArray Reports, IReadOnlyList<string> Warnings);
