using Onnx.Model;
using Onnx.Model.Analysis;
using Platform.Contracts.Hub.V1;

namespace Platform.Runners;

/// <summary>Runs two models on the same seeded inputs and measures how far their outputs are apart.</summary>
public static class ParityCheck
{
    /// <summary>Compares two models.</summary>
    /// <param name="client">A runner that has both runtimes.</param>
    /// <param name="request">The models.</param>
    /// <param name="cancellation">Ends the work; the runner is ended too.</param>
    /// <exception cref="RunnerFailureException">A model does not load or run, their inputs or outputs do not belong together, or no runtime takes the product.</exception>
    public static async Task<ParityReport> RunAsync(RunnerClient client, ParityRequest request, CancellationToken cancellation)
    {
        var pair = await PairedRuns.OpenAsync(client, request, cancellation);
        var (sourceInputs, productInputs) = pair.Inputs(request.Samples);
        var expected = await pair.Source.RunAsync("source", sourceInputs, [], cancellation);
        var actual = await pair.Product.RunAsync("product", productInputs, [], cancellation);
        var named = actual.ToDictionary(output => output[0].Name, StringComparer.Ordinal);
        var outputs = InputPlan.Pairs(pair.SourceFace.Outputs, pair.ProductFace.Outputs, "outputs")
            .Select((output, i) => Compare(expected[i], named[output.Product.Name], request.ChannelLast.Contains(output.Source.Name)));
        return new ParityReport(pair.SourceFace.RuntimeVersion, pair.ProductFace.RuntimeVersion, request.Samples, request.Seed, [.. outputs]);
    }

    internal static OutputParity Compare(IReadOnlyList<TensorProto> expected, IReadOnlyList<TensorProto> actual, bool channelLast)
    {
        var worst = ParityFigures.Equal;
        for (int sample = 0; sample < expected.Count; sample++)
        {
            worst = worst.Worse(Compare(expected[sample], actual[sample], AxisOrder.Candidates(expected[sample].Dims, actual[sample].Dims, channelLast).Take(1)));
        }

        return new OutputParity(expected[0].Name, actual[0].DataType.ToNumpyName(), expected[0].Dims, worst.MaxAbs, worst.MaxRelative, worst.SnrDb, worst.Cosine);
    }

    /// <summary>The figures under the order of axes that suits best.</summary>
    /// <exception cref="RunnerFailureException">There is no such order: the shapes differ.</exception>
    internal static ParityFigures Compare(TensorProto expected, TensorProto actual, IEnumerable<int[]> orders)
    {
        double[] values = TensorReading.Doubles(expected);
        var candidates = orders.Select(order => ParityFigures.Of(values, TensorReading.Doubles(InSourceOrder(actual, order)))).ToList();
        return candidates.Count > 0 ? candidates.MaxBy(figures => figures.SnrDb) : throw new RunnerFailureException(
            FailureCode.ParityMismatch, $"output '{expected.Name}' is [{string.Join(',', expected.Dims)}] in the source and [{string.Join(',', actual.Dims)}] in the product");
    }

    private static TensorProto InSourceOrder(TensorProto tensor, int[] order) => AxisOrder.IsIdentity(order) ? tensor : new TensorProto
    {
        Name = tensor.Name,
        DataType = tensor.DataType,
        Dims = AxisOrder.Apply(tensor.Dims, AxisOrder.Inverse(order)),
        Data = TensorData.From(AxisOrder.Apply(tensor.Data.AsSpan(), tensor.Dims, AxisOrder.Inverse(order), (int)tensor.DataType.ByteSize(1))),
    };
}
