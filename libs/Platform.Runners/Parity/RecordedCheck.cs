using Onnx.Model;
using Platform.Contracts.Hub.V1;
using TensorSpec = Platform.Contracts.Runner.V1.TensorSpec;

namespace Platform.Runners;

/// <summary>Runs a product on recorded inputs and measures how far it is from the recorded outputs.</summary>
public static class RecordedCheck
{
    /// <summary>Compares a product with records of its source.</summary>
    /// <param name="client">A runner that has the product's runtime.</param>
    /// <param name="request">The product, and the folder; the source and the seeds are not used.</param>
    /// <param name="recorded">At least one sample.</param>
    /// <param name="cancellation">Ends the work; the runner is ended too.</param>
    /// <exception cref="RunnerFailureException">The product does not load or run, or does not belong to the records.</exception>
    public static async Task<ParityReport> RunAsync(RunnerClient client, ParityRequest request, RecordedSamples recorded, CancellationToken cancellation)
    {
        var product = new ModelRun(client, request.Product, await ModelRun.RuntimeForAsync(client, request.Product, request, cancellation), request);
        var face = await product.DescribeAsync(cancellation);
        var plans = InputPlan.For(Specs(recorded.Samples[0].Inputs), face.Inputs, request);
        var inputs = plans.Select((plan, i) => (IReadOnlyList<TensorProto>)recorded.Samples.Select(sample => SeededValues.ForProduct(plan, Read(sample.Inputs[i]))).ToList()).ToList();
        var actual = (await product.RunAsync("product", inputs, [], cancellation)).ToDictionary(output => output[0].Name, StringComparer.Ordinal);
        var outputs = InputPlan.Pairs(Specs(recorded.Samples[0].Outputs), face.Outputs, "outputs").Select((pair, i) =>
            ParityCheck.Compare([.. recorded.Samples.Select(sample => Read(sample.Outputs[i]))], actual[pair.Product.Name], request.ChannelLast.Contains(pair.Source.Name)));
        return new ParityReport(recorded.Taken, face.RuntimeVersion, recorded.Samples.Count, Seed: 0, [.. outputs]);
    }

    private static List<TensorSpec> Specs(IReadOnlyList<RecordedTensor> tensors) =>
        [.. tensors.Select(tensor => new TensorSpec { Name = tensor.Name, Dtype = tensor.Dtype, Shape = { tensor.Shape } })];

    // The files were written by a program in the sandbox: a link could point anywhere, a length could be anything.
    private static TensorProto Read(RecordedTensor tensor)
    {
        var file = new FileInfo(tensor.Path);
        if (!DataTypes.TryParseNumpyName(tensor.Dtype, out var type) || tensor.Shape.Any(dim => dim < 0) || file.LinkTarget is not null || !file.Exists
            || file.Length != type.ByteSize(tensor.Shape.Aggregate(1L, (product, dim) => checked(product * dim))))
        {
            throw new RunnerFailureException(FailureCode.ResultInvalid, $"the record of '{tensor.Name}' cannot be read");
        }

        return new TensorProto { Name = tensor.Name, DataType = type, Dims = [.. tensor.Shape], Data = TensorData.From(File.ReadAllBytes(tensor.Path)) };
    }
}
