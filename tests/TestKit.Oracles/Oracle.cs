using System.Collections.Concurrent;
using Onnx.Model;
using Platform.Contracts.Runner.V1;
using Platform.Runners;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace TestKit.Oracles;

/// <summary>Runs models in runner processes, which are kept and used again; one that dies is replaced.</summary>
public static class Oracle
{
    private static readonly ConcurrentBag<RunnerClient> s_idle = [];

    /// <summary>Runs a model once.</summary>
    /// <returns>The outputs, or why there are none.</returns>
    public static async Task<OracleOutcome> RunAsync(
        Runtime runtime, string model, IReadOnlyList<TensorProto> inputs, IReadOnlyDictionary<string, string>? options = null, int threads = 1, IReadOnlyList<string>? extraOutputs = null)
    {
        using var folder = new TempFolder();
        var request = new Request { Model = model, Runtime = runtime, Settings = new Settings { Threads = threads }, Infer = new Infer { OutputFolder = folder.File("out"), ExtraOutputs = { extraOutputs ?? [] } } };
        foreach (var (key, value) in options ?? new Dictionary<string, string>())
        {
            request.Settings.Options[key] = value;
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            string path = folder.File($"in{i}");
            await File.WriteAllBytesAsync(path, inputs[i].Data.AsSpan().ToArray());
            request.Infer.Inputs.Add(new TensorFile { Path = path, Samples = 1, Spec = new TensorSpec { Name = inputs[i].Name, Dtype = inputs[i].DataType.ToNumpyName(), Shape = { inputs[i].Dims } } });
        }

        return await SendAsync(request, answer => new OracleOutcome([.. answer.Inferred.Outputs.Select(Read)], null), failure => new OracleOutcome([], failure));
    }

    /// <summary>Loads a model and does not run it.</summary>
    /// <returns>Its inputs and outputs as the runtime sees them, or why it does not load.</returns>
    public static Task<OracleLoad> LoadAsync(Runtime runtime, string model) => SendAsync(
        new Request { Model = model, Runtime = runtime, Settings = new Settings { Threads = 1 }, Describe = new Describe() },
        answer => new OracleLoad([.. answer.Described.Inputs], [.. answer.Described.Outputs], null),
        failure => new OracleLoad([], [], failure));

    private static async Task<T> SendAsync<T>(Request request, Func<Event, T> read, Func<string, T> fail)
    {
        var runner = s_idle.TryTake(out var idle) && idle.IsUsable ? idle : RunnerClient.Start(RuntimeLibraries.ModelRunner);
        try
        {
            return read(await runner.AskAsync(request, TimeSpan.FromMinutes(5)));
        }
        catch (RunnerFailureException failure)
        {
            return fail($"{failure.Code}: {failure.Message}");
        }
        finally
        {
            if (runner.IsUsable)
            {
                s_idle.Add(runner);
            }
            else
            {
                await runner.DisposeAsync();
            }
        }
    }

    private static TensorProto Read(TensorFile file)
    {
        if (!DataTypes.TryParseNumpyName(file.Spec.Dtype, out var type))
        {
            throw new InvalidOperationException($"output of type {file.Spec.Dtype}");
        }

        return new TensorProto { Name = file.Spec.Name, DataType = type, Dims = [.. file.Spec.Shape], Data = TensorData.From(File.ReadAllBytes(file.Path)) };
    }
}

/// <summary>What a model gave, or why it gave nothing.</summary>
public sealed record OracleOutcome(IReadOnlyList<TensorProto> Outputs, string? Failure);

/// <summary>A model as a runtime has loaded it, or why it has not.</summary>
public sealed record OracleLoad(IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs, string? Failure);
