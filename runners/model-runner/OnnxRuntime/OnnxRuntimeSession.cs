using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.OnnxRuntime;

/// <summary>A model in ONNX Runtime.</summary>
internal sealed class OnnxRuntimeSession : ModelSession
{
    private readonly InferenceSession _session;

    public OnnxRuntimeSession(InferenceSession session, string version)
    {
        _session = session;
        RuntimeVersion = version;
        Inputs = [.. session.InputNames.Select(name => Spec(name, session.InputMetadata[name]))];
        Outputs = [.. session.OutputNames.Select(name => Spec(name, session.OutputMetadata[name]))];
    }

    public override IReadOnlyList<TensorSpec> Inputs { get; }

    public override IReadOnlyList<TensorSpec> Outputs { get; }

    public override string RuntimeVersion { get; }

    public override unsafe IReadOnlyList<TensorValue> Run(IReadOnlyList<TensorValue> inputs)
    {
        var pins = inputs.Select(input => input.Data.Pin()).ToArray();
        var values = new List<OrtValue>();
        try
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                values.Add(OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TypeOf(inputs[i].Dtype), inputs[i].Dims, (nint)pins[i].Pointer, inputs[i].Data.Length));
            }

            using var run = new RunOptions();
            using var outputs = _session.Run(run, [.. Inputs.Select(input => input.Name)], values, [.. Outputs.Select(output => output.Name)]);
            return [.. outputs.Select((output, i) => Read(Outputs[i].Name, output))];
        }
        catch (OnnxRuntimeException problem)
        {
            throw new RunnerException("MODEL_RUN_FAILED", problem.Message, problem);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
            Array.ForEach(pins, pin => pin.Dispose());
        }
    }

    public override PreparedRun Prepare(IReadOnlyList<TensorValue> inputs) => new OnnxRuntimePreparedRun(
        _session, [.. Inputs.Select(input => input.Name)], [.. Outputs.Select(output => output.Name)], inputs, [.. inputs.Select(input => TypeOf(input.Dtype))]);

    /// <summary>Ends the session's profiling; the file it wrote.</summary>
    internal string EndProfiling() => _session.EndProfiling();

    public override void Dispose() => _session.Dispose();

    private static TensorValue Read(string name, OrtValue value)
    {
        if (!value.IsTensor)
        {
            throw new RunnerException("MODEL_RUN_FAILED", $"output '{name}' is no tensor");
        }

        var info = value.GetTensorTypeAndShape();
        byte[] data = info.ElementCount == 0 ? [] : value.GetTensorMutableRawData().ToArray();
        return new TensorValue(name, NameOf(info.ElementDataType), info.Shape, data);
    }

    private static TensorSpec Spec(string name, NodeMetadata metadata) => metadata.IsTensor
        ? new TensorSpec { Name = name, Dtype = NameOf(metadata.ElementDataType), Shape = { metadata.Dimensions.Select(dim => (long)dim) } }
        : new TensorSpec { Name = name, Dtype = metadata.OnnxValueType.ToString() };

    private static string NameOf(TensorElementType type) => type switch
    {
        TensorElementType.Float => "float32",
        TensorElementType.Double => "float64",
        TensorElementType.Float16 => "float16",
        TensorElementType.BFloat16 => "bfloat16",
        _ => type.ToString().ToLowerInvariant(),
    };

    private static TensorElementType TypeOf(string dtype) => dtype switch
    {
        "float32" => TensorElementType.Float,
        "float64" => TensorElementType.Double,
        "float16" => TensorElementType.Float16,
        "bfloat16" => TensorElementType.BFloat16,
        _ => Enum.TryParse<TensorElementType>(dtype, ignoreCase: true, out var type) && type != TensorElementType.String
            ? type
            : throw new RunnerException("INPUT_MISMATCH", $"inputs of type {dtype} cannot be given"),
    };
}
