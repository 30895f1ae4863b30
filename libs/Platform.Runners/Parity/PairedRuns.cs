using Onnx.Model;
using Platform.Contracts.Runner.V1;

namespace Platform.Runners;

/// <summary>Source and product, ready to run, with inputs that belong together.</summary>
internal sealed class PairedRuns
{
    private readonly IReadOnlyList<InputPlan> _plans;
    private readonly ParityRequest _request;

    private PairedRuns(ModelRun source, ModelRun product, Described sourceFace, Described productFace, ParityRequest request)
    {
        (Source, Product, SourceFace, ProductFace, _request) = (source, product, sourceFace, productFace, request);
        _plans = InputPlan.For(sourceFace.Inputs, productFace.Inputs, request);
    }

    public ModelRun Source { get; }

    public ModelRun Product { get; }

    public Described SourceFace { get; }

    public Described ProductFace { get; }

    public static async Task<PairedRuns> OpenAsync(RunnerClient client, ParityRequest request, CancellationToken cancellation)
    {
        var source = new ModelRun(client, request.Source, await ModelRun.RuntimeForAsync(client, request.Source, request, cancellation), request);
        var product = new ModelRun(client, request.Product, await ModelRun.RuntimeForAsync(client, request.Product, request, cancellation), request);
        return new PairedRuns(source, product, await source.DescribeAsync(cancellation), await product.DescribeAsync(cancellation), request);
    }

    /// <summary>Inputs of both models: the first index is the input, the second the sample.</summary>
    public (IReadOnlyList<IReadOnlyList<TensorProto>> Source, IReadOnlyList<IReadOnlyList<TensorProto>> Product) Inputs(int samples)
    {
        var made = _plans.Select(plan => Enumerable.Range(0, samples).Select(sample => SeededValues.Make(plan, new SeededNumbers(unchecked((ulong)HashCode(plan, sample))))).ToList()).ToList();
        return ([.. made.Select(input => input.Select(pair => pair.Source).ToList())], [.. made.Select(input => input.Select(pair => pair.Product).ToList())]);
    }

    // Inputs differ from each other and samples from each other, the same way in every process.
    private int HashCode(InputPlan plan, int sample) => plan.Source.Name.Aggregate(_request.Seed + sample, (hash, letter) => unchecked((hash * 31) + letter));
}
