using Microsoft.ML.OnnxRuntime;
using Onnx.Model;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.OnnxRuntime;

/// <summary>ONNX Runtime on the CPU, as the NuGet package ships it.</summary>
internal sealed class OnnxRuntimeAdapter : RuntimeAdapter
{
    public override Platform.Contracts.Runner.V1.Runtime Kind => Platform.Contracts.Runner.V1.Runtime.OnnxRuntime;

    public override RuntimeVersion Probe(Settings settings) => new() { Runtime = Kind, Version = Version(), Library = typeof(InferenceSession).Assembly.Location };

    public override ModelSession Open(string path, Settings settings, IReadOnlyList<string> extraOutputs)
    {
        using var options = SessionSettings.Create(settings, path);
        try
        {
            var session = extraOutputs.Count == 0 ? new InferenceSession(path, options) : new InferenceSession(WithOutputs(path, extraOutputs), options);
            return new OnnxRuntimeSession(session, Version());
        }
        catch (OnnxRuntimeException problem)
        {
            throw new RunnerException("MODEL_LOAD_FAILED", problem.Message, problem);
        }
    }

    public override OperatorPass OpenProfiled(string path, Settings settings)
    {
        using var options = SessionSettings.Create(settings, path);

        // The prefix has to be there before profiling is switched on, or the default one is used.
        options.ProfileOutputPathPrefix = Path.Combine(Path.GetTempPath(), "ort");
        options.EnableProfiling = true;
        try
        {
            return new OnnxRuntimeOperatorPass(new OnnxRuntimeSession(new InferenceSession(path, options), Version()));
        }
        catch (OnnxRuntimeException problem)
        {
            throw new RunnerException("MODEL_LOAD_FAILED", problem.Message, problem);
        }
    }

    private static string Version()
    {
        var environment = OrtEnv.Instance();

        // The runtime would send usage data to its maker.
        environment.DisableTelemetryEvents();
        return environment.GetVersionString();
    }

    private static byte[] WithOutputs(string path, IReadOnlyList<string> names)
    {
        using var file = OnnxFile.Open(path);
        foreach (string name in names.Where(name => !file.Model.Graph.Outputs.Exists(output => output.Name == name)))
        {
            file.Model.Graph.Outputs.Add(new ValueInfoProto { Name = name });
        }

        return ModelWriter.ToBytes(file.Model);
    }
}
