using System.Runtime.InteropServices;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.LiteRt;

/// <summary>A model in LiteRT.</summary>
internal sealed unsafe class LiteRtSession : ModelSession
{
    private readonly LiteRtLibrary _library;
    private readonly nint _model;
    private readonly nint _options;
    private readonly nint _compiled;
    private readonly RankedTensorType[] _inputTypes;
    private readonly RankedTensorType[] _outputTypes;

    private LiteRtSession(LiteRtLibrary library, nint model, nint options, nint compiled, string version)
    {
        (_library, _model, _options, _compiled) = (library, model, options, compiled);
        RuntimeVersion = version;
        nint subgraph;
        nuint inputs, outputs;
        Check(library.GetModelSubgraph(model, 0, &subgraph), "the model has no graph");
        Check(library.GetNumSubgraphInputs(subgraph, &inputs), "the inputs cannot be read");
        Check(library.GetNumSubgraphOutputs(subgraph, &outputs), "the outputs cannot be read");
        _inputTypes = new RankedTensorType[inputs];
        _outputTypes = new RankedTensorType[outputs];
        Inputs = Specs(subgraph, library.GetSubgraphInput, _inputTypes);
        Outputs = Specs(subgraph, library.GetSubgraphOutput, _outputTypes);
    }

    public override IReadOnlyList<TensorSpec> Inputs { get; }

    public override IReadOnlyList<TensorSpec> Outputs { get; }

    public override string RuntimeVersion { get; }

    public static LiteRtSession Open(LiteRtLibrary library, string path, Settings settings, string version, bool profiled = false)
    {
        nint model, compiled;
        byte* file = (byte*)Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            Check(library.CreateModelFromFile(library.Environment, file, &model), "LiteRT does not read the file");
        }
        finally
        {
            Marshal.FreeCoTaskMem((nint)file);
        }

        nint options = CompileOptions.Create(library, settings, profiled);
        Check(library.CreateCompiledModel(library.Environment, model, options, &compiled), "LiteRT does not prepare the model; its messages are on standard error");
        return new LiteRtSession(library, model, options, compiled, version);
    }

    public override IReadOnlyList<TensorValue> Run(IReadOnlyList<TensorValue> inputs)
    {
        Resize(inputs);
        // An output whose size only the run decides is not copied out by this API: its buffer keeps the pattern.
        var outputs = Run(inputs, 0xA5);
        var unwritten = Unwritten(outputs, 0xA5);
        if (unwritten.Count > 0)
        {
            outputs = Run(inputs, 0x5A);
            unwritten = [.. unwritten.Where(Unwritten(outputs, 0x5A).Contains)];
        }

        return unwritten.Count == 0 ? outputs : throw new RunnerException(
            "MODEL_RUN_FAILED", $"LiteRT wrote nothing to output '{unwritten[0]}': its size depends on values, which the compiled-model API cannot return");
    }

    public override PreparedRun Prepare(IReadOnlyList<TensorValue> inputs)
    {
        Resize(inputs);
        nint[] given = new nint[inputs.Count], received = new nint[_outputTypes.Length];
        for (int i = 0; i < given.Length; i++)
        {
            given[i] = CreateBuffer(_library.GetInputBufferRequirements, i, _inputTypes[i]);
            Fill(given[i], inputs[i].Data.Span);
        }

        for (int i = 0; i < received.Length; i++)
        {
            received[i] = CreateBuffer(_library.GetOutputBufferRequirements, i, _outputTypes[i]);
        }

        return new LiteRtPreparedRun(_library, _compiled, given, received);
    }

    /// <summary>The compiled model, for its profiler.</summary>
    internal nint Compiled => _compiled;

    public override void Dispose()
    {
        _library.DestroyCompiledModel(_compiled);
        _library.DestroyOptions(_options);
        _library.DestroyModel(_model);
    }

    private static List<string> Unwritten(IReadOnlyList<TensorValue> outputs, byte pattern) =>
        [.. outputs.Where(output => output.Data.Length > 0 && !output.Data.Span.ContainsAnyExcept(pattern)).Select(output => output.Name)];

    private static void Check(int status, string message) => LiteRtLibrary.Check(status, "MODEL_LOAD_FAILED", message);

    private void Resize(IReadOnlyList<TensorValue> inputs)
    {
        bool resized = false;
        for (int i = 0; i < inputs.Count; i++)
        {
            if (!_inputTypes[i].Layout.Dims.AsSpan().SequenceEqual(inputs[i].Dims))
            {
                int[] dims = Array.ConvertAll(inputs[i].Dims, dim => (int)dim);
                fixed (int* first = dims)
                {
                    CheckRun(_library.ResizeInputTensor(_compiled, 0, (nuint)i, first, (nuint)dims.Length), $"input '{inputs[i].Name}' cannot be resized to [{string.Join(',', dims)}]");
                }

                _inputTypes[i].Layout.Dims = inputs[i].Dims;
                resized = true;
            }
        }

        if (resized || Array.Exists(_outputTypes, type => Array.Exists(type.Layout.Dims, dim => dim < 0)))
        {
            ReadOutputLayouts();
        }
    }

    private void ReadOutputLayouts()
    {
        var layouts = new TensorLayout[_outputTypes.Length];
        fixed (TensorLayout* first = layouts)
        {
            CheckRun(_library.GetOutputTensorLayouts(_compiled, 0, (nuint)layouts.Length, first, 1), "the shapes of the outputs cannot be computed");
        }

        for (int i = 0; i < layouts.Length; i++)
        {
            _outputTypes[i].Layout.Dims = layouts[i].Dims;
        }
    }

    private List<TensorValue> Run(IReadOnlyList<TensorValue> inputs, byte pattern)
    {
        nint[] given = new nint[inputs.Count], received = new nint[_outputTypes.Length];
        try
        {
            for (int i = 0; i < given.Length; i++)
            {
                given[i] = CreateBuffer(_library.GetInputBufferRequirements, i, _inputTypes[i]);
                Fill(given[i], inputs[i].Data.Span);
            }

            for (int i = 0; i < received.Length; i++)
            {
                received[i] = CreateBuffer(_library.GetOutputBufferRequirements, i, _outputTypes[i]);
                byte[] marks = new byte[OutputBytes(i)];
                marks.AsSpan().Fill(pattern);
                Fill(received[i], marks);
            }

            fixed (nint* first = given, result = received)
            {
                CheckRun(_library.RunCompiledModel(_compiled, 0, (nuint)given.Length, first, (nuint)received.Length, result), "the run failed");
            }

            return [.. received.Select(ReadOutput)];
        }
        finally
        {
            foreach (nint buffer in given.Concat(received).Where(buffer => buffer != 0))
            {
                _library.DestroyTensorBuffer(buffer);
            }
        }
    }

    private nint CreateBuffer(delegate* unmanaged<nint, nuint, nuint, nint*, int> requirementsOf, int i, RankedTensorType type)
    {
        nint requirements, buffer;
        CheckRun(requirementsOf(_compiled, 0, (nuint)i, &requirements), "LiteRT does not say what buffer it needs");
        CheckRun(_library.CreateBufferFromRequirements(_library.Environment, &type, requirements, &buffer), "LiteRT gives no buffer");
        return buffer;
    }

    private void Fill(nint buffer, ReadOnlySpan<byte> data)
    {
        nuint size;
        void* host;
        CheckRun(_library.GetTensorBufferSize(buffer, &size), "a buffer has no size");
        if ((long)size < data.Length)
        {
            throw new RunnerException("INPUT_MISMATCH", $"{data.Length} bytes do not fit a buffer of {size}");
        }

        CheckRun(_library.LockTensorBuffer(buffer, &host, 1), "a buffer cannot be written");
        data.CopyTo(new Span<byte>(host, (int)size));
        CheckRun(_library.UnlockTensorBuffer(buffer), "a buffer cannot be written");
    }

    private TensorValue ReadOutput(nint buffer, int i)
    {
        void* host;
        byte[] data = new byte[OutputBytes(i)];
        CheckRun(_library.LockTensorBuffer(buffer, &host, 0), "a buffer cannot be read");
        new ReadOnlySpan<byte>(host, data.Length).CopyTo(data);
        CheckRun(_library.UnlockTensorBuffer(buffer), "a buffer cannot be read");
        return new TensorValue(Outputs[i].Name, Outputs[i].Dtype, _outputTypes[i].Layout.Dims, data);
    }

    private int OutputBytes(int i) => checked((int)(ElementTypes.SizeOf(Outputs[i].Dtype) * _outputTypes[i].Layout.Dims.Aggregate(1L, (product, dim) => product * dim)));

    private void CheckRun(int status, string message)
    {
        if (status == 0)
        {
            return;
        }

        byte* text;
        string words = _library.GetErrorMessages(_compiled, &text) == 0 ? Marshal.PtrToStringUTF8((nint)text) ?? "" : "";
        _ = _library.ClearErrors(_compiled);
        throw new RunnerException("MODEL_RUN_FAILED", $"{message} (LiteRT status {status}): {words.Trim()}");
    }

    private TensorSpec[] Specs(nint subgraph, delegate* unmanaged<nint, nuint, nint*, int> tensorAt, RankedTensorType[] types)
    {
        var specs = new TensorSpec[types.Length];
        for (int i = 0; i < specs.Length; i++)
        {
            nint tensor;
            byte* name;
            RankedTensorType type;
            Check(tensorAt(subgraph, (nuint)i, &tensor), "a tensor cannot be read");
            Check(_library.GetTensorName(tensor, &name), "a tensor has no name");
            Check(_library.GetRankedTensorType(tensor, &type), $"a tensor has no type");
            types[i] = type;
            specs[i] = new TensorSpec { Name = Marshal.PtrToStringUTF8((nint)name) ?? "", Dtype = ElementTypes.NameOf(type.ElementType), Shape = { type.Layout.Dims } };
            AddQuantization(tensor, specs[i]);
        }

        return specs;
    }

    private void AddQuantization(nint tensor, TensorSpec spec)
    {
        const int PerTensor = 1;
        int kind;
        PerTensorQuantization parameters;
        if (_library.GetQuantizationTypeId(tensor, &kind) == 0 && kind == PerTensor && _library.GetPerTensorQuantization(tensor, &parameters) == 0)
        {
            spec.Scale = parameters.Scale;
            spec.ZeroPoint = parameters.ZeroPoint;
        }
    }
}
