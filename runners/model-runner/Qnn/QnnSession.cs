using Microsoft.ML.OnnxRuntime;
using Platform.Contracts.Runner.V1;
using Runner.Model.OnnxRuntime;
using Runner.Model.Runtimes;

namespace Runner.Model.Qnn;

/// <summary>A compiled model in ONNX Runtime with the plug-in; a bare binary's inputs and outputs keep their quantization, which ONNX cannot say.</summary>
internal sealed class QnnSession : ModelSession
{
    private readonly OnnxRuntimeSession _session;

    public QnnSession(InferenceSession session, QnnModel model, string version)
    {
        _session = new OnnxRuntimeSession(session, version);
        Inputs = [.. _session.Inputs.Select(spec => With(spec, model.Inputs))];
        Outputs = [.. _session.Outputs.Select(spec => With(spec, model.Outputs))];
    }

    public override IReadOnlyList<TensorSpec> Inputs { get; }

    public override IReadOnlyList<TensorSpec> Outputs { get; }

    public override string RuntimeVersion => _session.RuntimeVersion;

    public override IReadOnlyList<TensorValue> Run(IReadOnlyList<TensorValue> inputs) => _session.Run(inputs);

    public override PreparedRun Prepare(IReadOnlyList<TensorValue> inputs) => _session.Prepare(inputs);

    public override void Dispose() => _session.Dispose();

    private static TensorSpec With(TensorSpec spec, IReadOnlyList<Platform.Contracts.Hub.V1.TensorSpec> known)
    {
        if (known.FirstOrDefault(candidate => candidate.Name == spec.Name) is { HasScale: true } quantized)
        {
            spec.Scale = quantized.Scale;
            spec.ZeroPoint = (long)quantized.ZeroPoint;
        }

        return spec;
    }
}
