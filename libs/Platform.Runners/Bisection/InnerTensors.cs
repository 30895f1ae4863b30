using Onnx.Model;
using Onnx.Tflite.Reading;
using Platform.Contracts.Runner.V1;

namespace Platform.Runners;

/// <summary>An inner tensor of a product.</summary>
/// <param name="Index">The place of its operator.</param>
/// <param name="Type">The operator's type.</param>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="Place">The tensor's place in a TensorFlow Lite file.</param>
internal sealed record InnerTensor(int Index, string Type, string Tensor, int Place);

/// <summary>What a product computes on its way, and how to see it.</summary>
internal abstract class InnerTensors(IReadOnlyList<InnerTensor> candidates)
{
    /// <summary>All inner tensors in the order in which they are computed.</summary>
    public IReadOnlyList<InnerTensor> Candidates => candidates;

    public static InnerTensors Of(ParityRequest request) =>
        request.Product.EndsWith(".tflite", StringComparison.OrdinalIgnoreCase) ? new OfTflite(request, TfliteGraph.Read(request.Product)) : OfOnnx.Read(request.Product);

    /// <summary>Runs the product and gives the values of some inner tensors, in their order.</summary>
    public abstract Task<IReadOnlyList<TensorProto>> RunAsync(
        RunnerClient client, PairedRuns pair, InnerTensor[] tensors, IReadOnlyList<IReadOnlyList<TensorProto>> inputs, CancellationToken cancellation);

    private sealed class OfOnnx(IReadOnlyList<InnerTensor> candidates) : InnerTensors(candidates)
    {
        public static OfOnnx Read(string path)
        {
            using var file = OnnxFile.Open(path);
            return new OfOnnx([.. file.Model.Graph.Nodes.SelectMany((node, i) => node.Outputs.Where(name => name.Length > 0).Select(name => new InnerTensor(i, node.OpType, name, -1)))]);
        }

        public override async Task<IReadOnlyList<TensorProto>> RunAsync(
            RunnerClient client, PairedRuns pair, InnerTensor[] tensors, IReadOnlyList<IReadOnlyList<TensorProto>> inputs, CancellationToken cancellation)
        {
            var outputs = await pair.Product.RunAsync("inner-product", inputs, [.. tensors.Select(tensor => tensor.Tensor)], cancellation);
            return [.. tensors.Select(tensor => outputs.Single(output => output[0].Name == tensor.Tensor)[0])];
        }
    }

    private sealed class OfTflite(ParityRequest request, TfliteGraph graph) : InnerTensors(
        [.. graph.Operators.SelectMany((op, i) => op.Outputs.Select(place => new InnerTensor(i, op.Type, graph.Tensors[place].Name, place)))])
    {
        public override async Task<IReadOnlyList<TensorProto>> RunAsync(
            RunnerClient client, PairedRuns pair, InnerTensor[] tensors, IReadOnlyList<IReadOnlyList<TensorProto>> inputs, CancellationToken cancellation)
        {
            const string Name = "inner.tflite";
            graph.SaveWithOutputs(Path.Combine(request.Folder.Here, Name), [.. tensors.Select(tensor => tensor.Place)]);
            string path = Path.Combine(request.Folder.AtRunner, Name);
            var runtime = await ModelRun.RuntimeForAsync(client, path, request, cancellation);
            var run = new ModelRun(client, path, runtime, request);
            var named = await run.DescribeAsync(cancellation);
            // Without its signature the model's inputs stand in the graph's order, under the tensors' names.
            var renamed = named.Inputs.Select((spec, i) => inputs.FirstOrDefault(input => input[0].Name == spec.Name) ?? inputs[i]).ToList();
            var outputs = await run.RunAsync("inner-product", [.. renamed.Zip(named.Inputs, (input, spec) => input.Select(sample => Named(sample, spec)).ToList())], [], cancellation);
            return [.. outputs.Select(output => output[0])];
        }

        private static TensorProto Named(TensorProto tensor, TensorSpec spec) => new() { Name = spec.Name, DataType = tensor.DataType, Dims = tensor.Dims, Data = tensor.Data };
    }
}
