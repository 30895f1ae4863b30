using Microsoft.ML.OnnxRuntime;
using Onnx.Model;

namespace Torch.Onnx.Tests.Oracle;

/// <summary>A model loaded in ONNX Runtime, the judge of what the importer writes.</summary>
internal sealed class OrtModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly SessionOptions _options;

    public OrtModel(ModelProto model, int threads = 1)
    {
        _options = new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            IntraOpNumThreads = threads,
            // Sequential and with no spinning threads: many sessions live one after the other in one test process.
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        };
        _options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(ModelWriter.ToBytes(model), _options);
    }

    public IReadOnlyList<string> InputNames => _session.InputNames;

    public IReadOnlyList<string> OutputNames => _session.OutputNames;

    public List<TensorProto> Run(IEnumerable<TensorProto> inputs)
    {
        var values = new Dictionary<string, OrtValue>();
        try
        {
            foreach (var input in inputs)
            {
                values[input.Name] = ToOrt(input);
            }

            using var run = new RunOptions();
            using var results = _session.Run(run, values, _session.OutputNames);
            return [.. results.Select((result, i) => FromOrt(_session.OutputNames[i], result))];
        }
        finally
        {
            foreach (var value in values.Values)
            {
                value.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private static OrtValue ToOrt(TensorProto tensor)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (Microsoft.ML.OnnxRuntime.Tensors.TensorElementType)(int)tensor.DataType, tensor.Dims);
        tensor.Data.AsSpan().CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static TensorProto FromOrt(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new TensorProto
        {
            Name = name,
            DataType = (DataType)(int)info.ElementDataType,
            Dims = info.Shape,
            Data = TensorData.From(value.GetTensorMutableRawData().ToArray()),
        };
    }
}
