using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;

namespace Platform.Runners;

/// <summary>One model in one runtime.</summary>
internal sealed class ModelRun(RunnerClient client, string model, Runtime runtime, ParityRequest request)
{
    /// <summary>The runtime that runs a model file: by its ending, and by what the runner has.</summary>
    public static async Task<Runtime> RuntimeForAsync(RunnerClient client, string model, ParityRequest request, CancellationToken cancellation)
    {
        if (!model.EndsWith(".tflite", StringComparison.OrdinalIgnoreCase))
        {
            return request.ProductRuntime == Runtime.QnnHtp && model == request.Product ? Runtime.QnnHtp : Runtime.OnnxRuntime;
        }

        if (request.ProductRuntime != Runtime.Unspecified)
        {
            return request.ProductRuntime;
        }

        var probed = (await client.AskAsync(new Request { Probe = new Probe() }, request.Limit, cancellation: cancellation)).Probed;
        var found = new[] { Runtime.Litert, Runtime.Tflite }.Where(kind => probed.Runtimes.Any(version => version.Runtime == kind && version.Problem.Length == 0)).ToList();
        return found.Count > 0 ? found[0] : throw new RunnerFailureException(
            FailureCode.RuntimeMissing, string.Join("; ", probed.Runtimes.Where(version => version.Runtime is Runtime.Litert or Runtime.Tflite).Select(version => version.Problem)));
    }

    public async Task<Described> DescribeAsync(CancellationToken cancellation) =>
        (await client.AskAsync(Make(new Request { Describe = new Describe() }), request.Limit, cancellation: cancellation)).Described;

    /// <summary>Runs samples; the first index is the output, the second the sample.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<TensorProto>>> RunAsync(
        string name, IReadOnlyList<IReadOnlyList<TensorProto>> inputs, IReadOnlyList<string> extraOutputs, CancellationToken cancellation)
    {
        var files = new TensorFiles(request.Folder);
        var infer = new Infer { OutputFolder = Path.Combine(request.Folder.AtRunner, name), DequantizeOutputs = true, ExtraOutputs = { extraOutputs } };
        for (int i = 0; i < inputs.Count; i++)
        {
            infer.Inputs.Add(files.Write($"{name}.in{i}", inputs[i]));
        }

        var inferred = (await client.AskAsync(Make(new Request { Infer = infer }), request.Limit, cancellation: cancellation)).Inferred;
        return [.. inferred.Outputs.Select(output => files.Read(output, name))];
    }

    private Request Make(Request stage)
    {
        stage.Model = model;
        stage.Runtime = runtime;
        stage.Settings = new Settings { Threads = request.Threads };
        return stage;
    }
}
