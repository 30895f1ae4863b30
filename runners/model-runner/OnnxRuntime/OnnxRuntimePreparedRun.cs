using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Runner.Model.Runtimes;

namespace Runner.Model.OnnxRuntime;

/// <summary>A run bound to its inputs; outputs stay where the runtime puts them.</summary>
internal sealed class OnnxRuntimePreparedRun : PreparedRun
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly List<MemoryHandle> _pins = [];
    private readonly List<OrtValue> _values = [];

    public unsafe OnnxRuntimePreparedRun(InferenceSession session, string[] inputNames, string[] outputNames, IReadOnlyList<TensorValue> inputs, TensorElementType[] types)
    {
        _session = session;
        _binding = session.CreateIoBinding();
        for (int i = 0; i < inputs.Count; i++)
        {
            _pins.Add(inputs[i].Data.Pin());
            _values.Add(OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, types[i], inputs[i].Dims, (nint)_pins[i].Pointer, inputs[i].Data.Length));
            _binding.BindInput(inputNames[i], _values[i]);
        }

        foreach (string name in outputNames)
        {
            _binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
        }
    }

    public override void Invoke()
    {
        try
        {
            _session.RunWithBinding(_options, _binding);
        }
        catch (OnnxRuntimeException problem)
        {
            throw new RunnerException("MODEL_RUN_FAILED", problem.Message, problem);
        }
    }

    public override void Dispose()
    {
        _binding.Dispose();
        _options.Dispose();
        _values.ForEach(value => value.Dispose());
        _pins.ForEach(pin => pin.Dispose());
    }
}
