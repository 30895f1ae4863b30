using System.Runtime.InteropServices;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.Tflite;

/// <summary>A model in TensorFlow Lite. XNNPACK is used unless the option xnnpack is false.</summary>
internal sealed unsafe class TfliteSession : ModelSession
{
    private readonly TfliteLibrary _library;
    private readonly nint _model;
    private readonly nint _options;
    private readonly nint _delegate;
    private readonly nint _interpreter;

    private TfliteSession(TfliteLibrary library, nint model, nint options, nint accelerator, nint interpreter)
    {
        (_library, _model, _options, _delegate, _interpreter) = (library, model, options, accelerator, interpreter);
        Inputs = [.. Enumerable.Range(0, library.GetInputTensorCount(interpreter)).Select(i => Spec(library.GetInputTensor(interpreter, i)))];
        Outputs = [.. Enumerable.Range(0, library.GetOutputTensorCount(interpreter)).Select(i => Spec(library.GetOutputTensor(interpreter, i)))];
        RuntimeVersion = library.Version;
    }

    public override IReadOnlyList<TensorSpec> Inputs { get; }

    public override IReadOnlyList<TensorSpec> Outputs { get; }

    public override string RuntimeVersion { get; }

    public static TfliteSession Open(TfliteLibrary library, string path, Settings settings, nint observer = 0)
    {
        nint model = Load(library, path);
        nint options = library.OptionsCreate();
        library.OptionsSetErrorReporter(options, ErrorMessages.Reporter, 0);
        library.OptionsSetNumThreads(options, settings.Threads > 0 ? settings.Threads : -1);
        nint accelerator = 0;
        if (settings.Options.GetValueOrDefault("xnnpack", "true") != "false")
        {
            var xnnpack = library.XnnpackOptionsDefault();
            xnnpack.Threads = settings.Threads;
            accelerator = library.XnnpackCreate(&xnnpack);
            library.OptionsAddDelegate(options, accelerator);
        }

        // Last, so that it sees the partitions that the accelerator took.
        if (observer != 0)
        {
            library.OptionsAddDelegate(options, observer);
        }

        nint interpreter = library.InterpreterCreate(model, options);
        if (interpreter == 0 || library.AllocateTensors(interpreter) != 0)
        {
            throw new RunnerException("MODEL_LOAD_FAILED", $"TensorFlow Lite does not prepare the model: {ErrorMessages.Take()}");
        }

        return new TfliteSession(library, model, options, accelerator, interpreter);
    }

    public override IReadOnlyList<TensorValue> Run(IReadOnlyList<TensorValue> inputs)
    {
        bool resized = false;
        for (int i = 0; i < inputs.Count; i++)
        {
            resized |= Resize(i, inputs[i]);
        }

        if (resized)
        {
            Check(_library.AllocateTensors(_interpreter), "the resized model cannot be prepared");
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            nint tensor = _library.GetInputTensor(_interpreter, i);
            inputs[i].Data.Span.CopyTo(new Span<byte>(_library.TensorData(tensor), checked((int)_library.TensorByteSize(tensor))));
        }

        Check(_library.Invoke(_interpreter), "the run failed");
        return [.. Outputs.Select((output, i) => Read(output, _library.GetOutputTensor(_interpreter, i)))];
    }

    public override PreparedRun Prepare(IReadOnlyList<TensorValue> inputs)
    {
        Run(inputs);
        return new TflitePreparedRun(_library, _interpreter);
    }

    public override void Dispose()
    {
        _library.InterpreterDelete(_interpreter);
        if (_delegate != 0)
        {
            _library.XnnpackDelete(_delegate);
        }

        _library.OptionsDelete(_options);
        _library.ModelDelete(_model);
    }

    private static nint Load(TfliteLibrary library, string path)
    {
        nint file = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            nint model = library.ModelCreateFromFile((byte*)file);
            return model != 0 ? model : throw new RunnerException("MODEL_LOAD_FAILED", "TensorFlow Lite does not read the file");
        }
        finally
        {
            Marshal.FreeCoTaskMem(file);
        }
    }

    private bool Resize(int i, TensorValue input)
    {
        if (Dims(_library.GetInputTensor(_interpreter, i)).AsSpan().SequenceEqual(input.Dims))
        {
            return false;
        }

        int[] dims = Array.ConvertAll(input.Dims, dim => (int)dim);
        fixed (int* first = dims)
        {
            Check(_library.ResizeInputTensor(_interpreter, i, first, dims.Length), $"input '{input.Name}' cannot be resized to [{string.Join(',', dims)}]");
        }

        return true;
    }

    private TensorValue Read(TensorSpec spec, nint tensor)
    {
        int size = checked((int)_library.TensorByteSize(tensor));
        void* data = _library.TensorData(tensor);
        return data is not null || size == 0
            ? new TensorValue(spec.Name, spec.Dtype, Dims(tensor), new ReadOnlySpan<byte>(data, size).ToArray())
            : throw new RunnerException("MODEL_RUN_FAILED", $"TensorFlow Lite gave no data for output '{spec.Name}'");
    }

    private long[] Dims(nint tensor) => [.. Enumerable.Range(0, _library.TensorNumDims(tensor)).Select(i => (long)_library.TensorDim(tensor, i))];

    private TensorSpec Spec(nint tensor)
    {
        var spec = new TensorSpec
        {
            Name = Marshal.PtrToStringUTF8((nint)_library.TensorName(tensor)) ?? "",
            Dtype = ElementTypes.NameOf(_library.TensorType(tensor)),
            Shape = { Dims(tensor) },
        };
        var quantization = _library.TensorQuantizationParams(tensor);
        if (quantization.Scale != 0)
        {
            spec.Scale = quantization.Scale;
            spec.ZeroPoint = quantization.ZeroPoint;
        }

        return spec;
    }

    private void Check(int status, string message)
    {
        if (status != 0)
        {
            throw new RunnerException("MODEL_RUN_FAILED", $"{message}: {ErrorMessages.Take()}");
        }
    }
}
