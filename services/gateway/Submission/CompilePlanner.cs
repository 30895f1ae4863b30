using System.Security.Cryptography;
using System.Text;
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

    /// <summary>
    /// The key of a conversion: everything that its product depends on. Options count by value, not by spelling, so that
    /// two ways of writing the same request share a result.
    /// </summary>
    public string CacheKey(string owner, StoredModel model, CompileSpec spec, IReadOnlyList<PlannedStep> path, IReadOnlyList<int> socs)
    {
        var given = ParseOptions(spec, []);
        var text = new StringBuilder()
            .Append(owner).Append('\n').Append(options.Value.CacheSalt).Append('\n').Append(HubVersion.BuildId).Append('\n')
            .Append(model.Sha256).Append('\n').Append(model.ModelType).Append('\n').Append(spec.CalibrationDatasetId).Append('\n');
        foreach (var option in OptionTable.All.Where(option => (option.Jobs & JobKinds.Compile) != 0))
        {
            text.Append(option.Name).Append('=').Append(option.Name == "target_runtime" ? TargetOf(given) : given.Text(option.Name)).Append('\n');
        }

        text.Append("socs=").AppendJoin(',', socs).Append('\n');
        text.AppendJoin('\n', spec.InputSpecs.Select(ProtoJson.Format)).Append('\n');
        text.AppendJoin('\n', path.Select(step => $"{step.Name}@{step.Version}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>All steps that connected nodes announce.</summary>
    public async Task<IReadOnlyList<StepDescription>> StepsAsync(CancellationToken cancellation) => [.. (await nodes.StepsAsync(cancellation)).Select(entry => entry.Step)];
}
