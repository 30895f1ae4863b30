using System.Text.Json.Nodes;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains;
using Platform.Toolchains.Steps;
using TensorSpec = Platform.Contracts.Hub.V1.TensorSpec;

namespace Platform.Compiler.Work;

/// <summary>What the steps of a path have said so far.</summary>
internal sealed class PathResult
{
    public required ModelForm Form { get; set; }

    public List<TensorSpec> Inputs { get; } = [];

    public List<TensorSpec> Outputs { get; } = [];

    public Dictionary<string, string> Metadata { get; } = [];

    public List<string> Warnings { get; } = [];

    public JsonArray Reports { get; } = [];

    /// <summary>Inputs with the source's own outputs, where the source could be run.</summary>
    public ReferenceSamples? Samples { get; private set; }

    /// <summary>The first form on the way that can be run here: what parity begins with where the source cannot be.</summary>
    public ComparedModel? FirstRunnable { get; set; }

    /// <summary>Figures of each step, in order.</summary>
    public JsonArray StepParity { get; } = [];

    /// <summary>Figures of the last step.</summary>
    public ParityOutcome LastParity { get; set; } = ParityOutcome.NotTaken("no step has run");

    /// <summary>Whether the inputs and outputs of the product are known.</summary>
    public bool IsDescribed => Inputs.Count > 0 || Outputs.Count > 0;

    public void Take(StepResponse response, ModelForm form)
    {
        Form = form;
        Inputs.Clear();
        Inputs.AddRange(response.Inputs);
        Outputs.Clear();
        Outputs.AddRange(response.Outputs);
        Warnings.AddRange(response.Warnings);
        foreach (var (key, value) in response.Metadata)
        {
            Metadata[key] = value;
        }

        foreach (var report in response.ReportJson.Length > 0 ? JsonNode.Parse(response.ReportJson)!.AsArray() : [])
        {
            Reports.Add(report?.DeepClone());
        }
    }

    public void Take(ProcessStepOutcome outcome, StepDescription step)
    {
        Form = step.To;
        Inputs.Clear();
        Outputs.Clear();
        Warnings.AddRange(outcome.Warnings);
        if (outcome.Facts is { } facts)
        {
            Form = facts.Form;
            Inputs.AddRange(facts.Inputs.Select(ProcessOutcomes.ToSpec));
            Outputs.AddRange(facts.Outputs.Select(ProcessOutcomes.ToSpec));
            foreach (var (key, value) in facts.Metadata)
            {
                Metadata[key] = value;
            }
        }

        Samples = outcome.Samples ?? Samples;
        Reports.Add(new JsonObject { ["step"] = step.Name, ["version"] = step.Version, ["wall_seconds"] = outcome.Ended.Wall.TotalSeconds, ["peak_memory_bytes"] = (double)outcome.Ended.PeakMemoryBytes });
    }
}
