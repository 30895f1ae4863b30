using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Nodes;
using Platform.Toolchains;
using Platform.Toolchains.Options;
using Platform.Toolchains.Planning;
using Platform.Toolchains.Steps;

namespace Platform.Gateway.Submission;

/// <summary>Finds the path of a compile job among the steps that nodes announce, and the key of its result.</summary>
internal sealed class CompilePlanner(NodeRegistry nodes, IOptions<GatewayOptions> options)
{
    /// <summary>The target runtime of a compile job: what it says, else TFLite as AI Hub's default.</summary>
    public static string TargetOf(OptionSet given) => given.Text("target_runtime") ?? "tflite";

    /// <summary>The path, or null when no set of connected nodes can do it now.</summary>
    public async Task<IReadOnlyList<PlannedStep>?> FindPathAsync(ModelType from, CompileSpec spec, CancellationToken cancellation)
    {
        var steps = (await nodes.StepsAsync(cancellation)).Select(entry => entry.Step).ToList();
        var target = TargetRuntime.FormOf(TargetOf(ParseOptions(spec, [])));
        return PathPlanner.Find(ModelTypes.FormOf(from), target, steps)?.Select(step => new PlannedStep(step.Name, step.Version)).ToList();
    }

    public static OptionSet ParseOptions(CompileSpec spec, ICollection<Refusal> refusals) =>
        OptionParser.Parse(spec.Options, spec.DirectOptions, JobKinds.Compile, refusals);

    /// <summary>The key of a compile job's product.</summary>
    public string CacheKey(string owner, StoredModel model, CompileSpec spec, IReadOnlyList<PlannedStep> path, IReadOnlyList<int> socs)
    {
        var given = ParseOptions(spec, []);
        var key = new ConversionKey(owner, options.Value.CacheSalt)
            .Add(model.Sha256).Add(model.ModelType).Add(spec.CalibrationDatasetId)
            .AddOptions(JobKinds.Compile, name => name == "target_runtime" ? TargetOf(given) : given.Text(name))
            .Add($"socs={string.Join(',', socs)}");
        foreach (var input in spec.InputSpecs)
        {
            key.Add(ProtoJson.Format(input));
        }

        foreach (var step in path)
        {
            key.Add($"{step.Name}@{step.Version}");
        }

        return key.Hash();
    }

    /// <summary>All steps that connected nodes announce.</summary>
    public async Task<IReadOnlyList<StepDescription>> StepsAsync(CancellationToken cancellation) => [.. (await nodes.StepsAsync(cancellation)).Select(entry => entry.Step)];
}
