using Platform.Contracts.Runner.V1;
using Platform.Sandbox;
using Platform.Toolchains.Options;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.Qnn;

/// <summary>Several models to one context binary: what a link job does.</summary>
/// <param name="mount">The package.</param>
public sealed class QnnLinkStep(QnnMount mount)
{
    /// <summary>The step's name.</summary>
    public const string Name = "link-qnn";

    /// <summary>Links.</summary>
    /// <param name="request">What to link.</param>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="cancellation">Ends the child.</param>
    public async Task<ProcessStepOutcome> RunAsync(QnnLinkRequest request, ISandbox sandbox, CancellationToken cancellation)
    {
        var refusals = new List<Refusal>();
        var options = QnnOptions.Parse(request.Options, request.Inputs.Count, refusals);
        refusals.AddRange(QnnChecks.Find(ModelForm.QnnContextBinary, request.Socs, request.Options, mount.Build));
        if (refusals.Count > 0)
        {
            return new ProcessStepOutcome(refusals, [], null, new SandboxResult(SandboxEnd.Exited, 0, TimeSpan.Zero, 0));
        }

        bool embed = request.Options.Flag("embed_in_onnx");
        bool share = request.Inputs.Count > 1 && request.Options.Flag("weight_sharing");
        string folder = Directory.CreateDirectory(Path.Combine(request.WorkFolder, "qnn")).FullName;
        var link = new QnnLink { Output = Path.GetRelativePath(folder, request.Output), Product = embed ? QnnProduct.EmbeddedOnnx : QnnProduct.ContextBinary, ShareWeights = share };
        link.Models.AddRange(request.Inputs.Select(input => Path.GetRelativePath(folder, input)));
        link.Socs.AddRange(request.Socs.Select(soc => new QnnSoc { Id = soc.Id, Arch = soc.Arch }));
        link.GraphNames.AddRange(options.GraphNames.Count > 0 ? options.GraphNames : request.GraphNames);
        link.ProviderOptions.Add(options.Provider.ToDictionary());
        var run = await mount.RequireTool().RunAsync(new QnnRequest { Link = link }, request.WorkFolder, folder, request.Limits, sandbox, request.Log, cancellation);
        return run.Refusals.Count > 0
            ? new ProcessStepOutcome(run.Refusals, [], null, run.Ended)
            : new ProcessStepOutcome([], [], null, run.Ended) { Facts = QnnFacts.Of(embed ? ModelForm.PrecompiledQnnOnnx : ModelForm.QnnContextBinary, run.Response!, options, request.Socs, share) };
    }
}

/// <summary>What a link is told.</summary>
/// <param name="Inputs">The models, inside <paramref name="WorkFolder"/>.</param>
/// <param name="Output">The product's file, inside <paramref name="WorkFolder"/>.</param>
/// <param name="WorkFolder">The folder that the program may write.</param>
/// <param name="Socs">The chip that the product is for.</param>
/// <param name="Options">Checked options of the job.</param>
/// <param name="Limits">Bounds of the child.</param>
/// <param name="Log">Hears each line that the program prints.</param>
public sealed record QnnLinkRequest(
    IReadOnlyList<string> Inputs, string Output, string WorkFolder, IReadOnlyList<Soc> Socs, OptionSet Options, SandboxLimits Limits, Action<string> Log)
{
    /// <summary>Names of the graphs where the options give none; an empty one is the model's own.</summary>
    public IReadOnlyList<string> GraphNames { get; init; } = [];
}
