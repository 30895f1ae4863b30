using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Nodes;
using Platform.Toolchains;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;

namespace Platform.Gateway.Submission;

/// <summary>What a link job is made from, and the key of its result.</summary>
internal sealed class LinkPlanner(GatewayStore store, AssetFinder assets, NodeRegistry nodes, IOptions<GatewayOptions> options)
{
    public static OptionSet OptionsOf(LinkSpec spec, ICollection<Refusal> refusals) => OptionParser.Parse(spec.Options, new Dictionary<string, string>(), JobKinds.Link, refusals);

    /// <summary>The version of the linker on a connected node; null when none has one.</summary>
    public Task<string?> VersionAsync(CancellationToken cancellation) => nodes.VersionOfAsync(QnnLinkStep.Name, cancellation);

    /// <summary>
    /// The files that are linked: DLC and ONNX models themselves; for a compiled binary, which cannot be taken apart, the ONNX
    /// model that it was compiled from.
    /// </summary>
    public async Task<IReadOnlyList<LinkSource>> SourcesAsync(string owner, LinkSpec spec, ICollection<Refusal> refusals, CancellationToken cancellation)
    {
        var sources = new List<LinkSource>();
        foreach (string id in spec.ModelIds)
        {
            var model = await assets.RequireModelAsync(owner, id, cancellation);
            var form = ModelTypes.FormOf(ModelTypes.Parse(model.ModelType));
            if (form is ModelForm.QnnDlc or ModelForm.Onnx)
            {
                sources.Add(new LinkSource(model, form == ModelForm.QnnDlc ? GraphNameOf(model) : ""));
            }
            else if (QnnChecks.IsBound(form))
            {
                await AddSourceAsync(owner, model, sources, refusals, cancellation);
            }
            else
            {
                refusals.Add(new Refusal(FailureCode.QnnLinkMixed, $"model {id} is {form}: DLC, ONNX and compiled QNN models can be linked", Subject: id));
            }
        }

        return sources;
    }

    public async Task<string> CacheKeyAsync(Job job, string version, CancellationToken cancellation)
    {
        var spec = JobSpecs.Of(job).Link;
        var sources = await SourcesAsync(job.Owner, spec, [], cancellation);
        var given = OptionsOf(spec, []);
        var key = new ConversionKey(job.Owner, options.Value.CacheSalt).Add($"{QnnLinkStep.Name}@{version}").Add(string.Join(',', job.Socs));
        foreach (var source in sources)
        {
            key.Add($"{source.Model.Sha256} {source.Model.ModelType} {source.GraphName}");
        }

        return key.AddOptions(JobKinds.Link, given.Text).Hash();
    }

    private async Task AddSourceAsync(string owner, StoredModel model, List<LinkSource> sources, ICollection<Refusal> refusals, CancellationToken cancellation)
    {
        var producer = model.ProducerJobId is { } jobId ? (await store.Jobs.For(owner).GetAsync(jobId, cancellation))?.Value : null;
        var compile = producer is { Kind: JobKind.Compile } ? JobSpecs.Of(producer).Compile : null;
        var source = compile is null ? null : await assets.ModelAsync(owner, compile.ModelId, cancellation);
        if (source is not { State: AssetState.Ready, ModelType: nameof(ModelType.Onnx) } || compile!.InputSpecs.Count > 0)
        {
            refusals.Add(new Refusal(
                FailureCode.QnnLinkMixed,
                $"model {model.Id} is a compiled binary, which can be linked only while the ONNX model that it was compiled from is here, as it was compiled: link that model, or a DLC of it",
                Subject: model.Id));
            return;
        }

        sources.Add(new LinkSource(source, GraphNameOf(model)));
    }

    // What its maker calls the one graph of a compiled model.
    private static string GraphNameOf(StoredModel model) =>
        model.Metadata.Keys.Where(key => key.StartsWith("graph.", StringComparison.Ordinal)).Select(key => key["graph.".Length..]).FirstOrDefault("");
}

/// <summary>One file of a link.</summary>
/// <param name="Model">The model that is given to the linker.</param>
/// <param name="GraphName">Name of its graph; empty for its own.</param>
internal sealed record LinkSource(StoredModel Model, string GraphName);
