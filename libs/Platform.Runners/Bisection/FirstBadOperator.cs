using Onnx.Model;

namespace Platform.Runners;

/// <summary>
/// Looks for the operator where a product goes wrong: inner tensors that have a value of the same name in the source are made
/// outputs, some at a time, and compared in the order in which they are computed. It parses both files in this process, so it
/// is for files of one's own.
/// </summary>
public static class FirstBadOperator
{
    private const int TensorsAtOnce = 48;

    /// <summary>Finds it.</summary>
    /// <param name="client">A runner that has both runtimes.</param>
    /// <param name="request">The models.</param>
    /// <param name="limitDb">Below this signal-to-noise ratio a tensor is wrong.</param>
    /// <param name="cancellation">Ends the work; the runner is ended too.</param>
    /// <returns>The operator; null when every tensor that can be compared is right.</returns>
    /// <exception cref="RunnerFailureException">A model does not load or run.</exception>
    public static async Task<BadOperator?> FindAsync(RunnerClient client, ParityRequest request, double limitDb, CancellationToken cancellation)
    {
        using var source = OnnxFile.Open(request.Source);
        var producers = source.Model.Graph.Nodes.SelectMany(node => node.Outputs.Where(name => name.Length > 0).Select(name => (name, node))).ToDictionary(pair => pair.name, pair => pair.node, StringComparer.Ordinal);
        var pair = await PairedRuns.OpenAsync(client, request, cancellation);
        var (sourceInputs, productInputs) = pair.Inputs(1);
        var product = InnerTensors.Of(request);
        foreach (var group in product.Candidates.Where(candidate => producers.ContainsKey(candidate.Tensor)).Chunk(TensorsAtOnce))
        {
            var expected = await pair.Source.RunAsync("inner-source", sourceInputs, [.. group.Select(candidate => candidate.Tensor)], cancellation);
            var values = expected.ToDictionary(output => output[0].Name, output => output[0], StringComparer.Ordinal);
            var actual = await product.RunAsync(client, pair, group, productInputs, cancellation);
            foreach (var (candidate, tensor) in group.Zip(actual))
            {
                var value = values[candidate.Tensor];
                var orders = AxisOrder.Candidates(value.Dims, tensor.Dims).ToList();
                double snr = orders.Count == 0 ? double.PositiveInfinity : ParityCheck.Compare(value, tensor, orders).SnrDb;
                if (snr < limitDb)
                {
                    var node = producers[candidate.Tensor];
                    return new BadOperator(candidate.Index, candidate.Type, candidate.Tensor, $"{node.Name} ({node.OpType})", snr);
                }
            }
        }

        return null;
    }
}
