using Platform.Contracts.Runner.V1;
using Platform.Sandbox;
using Platform.Toolchains.Options;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.Qnn;

/// <summary>ONNX -> DLC, context binary or precompiled ONNX, by the QNN plug-in of ONNX Runtime.</summary>
/// <param name="target">The product's form.</param>
/// <param name="mount">The package.</param>
public sealed class QnnCompileStep(ModelForm target, QnnMount mount) : ProcessStep
{
    /// <summary>The forms that there is a step for.</summary>
    public static IReadOnlyList<ModelForm> Targets { get; } = [ModelForm.QnnDlc, ModelForm.QnnContextBinary, ModelForm.PrecompiledQnnOnnx];

    /// <inheritdoc/>
    public override StepDescription Description => new(NameOf(target), mount.Build, ModelForm.Onnx, target, StepHost.Process);

    /// <summary>One step for each form.</summary>
    public static IEnumerable<QnnCompileStep> All(QnnMount mount) => Targets.Select(form => new QnnCompileStep(form, mount));

    /// <summary>The step's name.</summary>
    public static string NameOf(ModelForm form) => form switch
    {
        ModelForm.QnnDlc => "onnx-to-qnn-dlc",
        ModelForm.QnnContextBinary => "onnx-to-qnn-context-binary",
        _ => "onnx-to-precompiled-qnn-onnx",
    };

    /// <inheritdoc/>
    public override string ExtensionFor(OptionSet options) => IsEmbedded(options) ? ".onnx" : base.ExtensionFor(options);

    /// <inheritdoc/>
    public override Task<StepAvailability> ProbeAsync(ISandbox sandbox, CancellationToken cancellation) => mount.ProbeAsync(sandbox, cancellation);

    /// <inheritdoc/>
    public override async Task<ProcessStepOutcome> RunAsync(ProcessStepRequest request, ISandbox sandbox, CancellationToken cancellation)
    {
        var refusals = new List<Refusal>();
        var options = QnnOptions.Parse(request.Options, 1, refusals);
        refusals.AddRange(QnnChecks.Find(target, request.Socs, request.Options, mount.Build));
        if (refusals.Count > 0)
        {
            return new ProcessStepOutcome(refusals, [], null, new SandboxResult(SandboxEnd.Exited, 0, TimeSpan.Zero, 0));
        }

        string folder = Directory.CreateDirectory(Path.Combine(request.WorkFolder, "qnn")).FullName;
        var work = Request(request, options, folder);
        var run = await mount.RequireTool().RunAsync(new QnnRequest { Compile = work }, request.WorkFolder, folder, request.Limits, sandbox, request.Log, cancellation);
        if (run.Refusals.Count > 0)
        {
            return new ProcessStepOutcome(run.Refusals, [], null, run.Ended);
        }

        var warnings = request.Socs.Where(soc => !soc.IsProven).Select(soc => $"binaries for {soc} that were made on a host are reported not to run on some devices: try it there first").ToList();
        return new ProcessStepOutcome([], warnings, null, run.Ended) { Facts = QnnFacts.Of(target, run.Response!, options, request.Socs, sharesWeights: false) };
    }

    private bool IsEmbedded(OptionSet options) => target == ModelForm.PrecompiledQnnOnnx && options.Flag("embed_in_onnx");

    private QnnCompile Request(ProcessStepRequest request, QnnOptions options, string folder)
    {
        var work = new QnnCompile
        {
            Model = Path.GetRelativePath(folder, request.Input),
            Output = Path.GetRelativePath(folder, request.Output),
            Product = target switch
            {
                ModelForm.QnnDlc => QnnProduct.Dlc,
                ModelForm.QnnContextBinary => QnnProduct.ContextBinary,
                _ => IsEmbedded(request.Options) ? QnnProduct.EmbeddedOnnx : QnnProduct.OnnxArchive,
            },
            GraphName = options.GraphNames.FirstOrDefault(""),
            QuantizedIo = options.QuantizedIo,
            Truncate64BitIo = request.Options.Flag("truncate_64bit_io"),
        };
        work.Socs.AddRange(request.Socs.Select(soc => new QnnSoc { Id = soc.Id, Arch = soc.Arch }));
        work.OutputNames.AddRange(request.Options.Names("output_names"));
        work.InputSpecs.AddRange(request.Inputs.Select(QnnFacts.ToSpec));
        work.ProviderOptions.Add(options.Provider.ToDictionary());
        return work;
    }
}
