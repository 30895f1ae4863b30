using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Writing;

/// <summary>The tables of a model, from the innermost to the root.</summary>
internal sealed class ModelTable
{
    private const int SchemaVersion = 3;
    private const int PlaceholderForGreaterCodes = 127;

    private readonly FlatBuilder _builder;
    private readonly Dictionary<(BuiltinOperator Code, int Version), int> _codes = [];

    private ModelTable(FlatBuilder builder) => _builder = builder;

    /// <summary>Writes everything but the data of buffers.</summary>
    /// <param name="builder">Where to.</param>
    /// <param name="subgraphs">All subgraphs, the main one first.</param>
    /// <param name="tensors">Their tensors.</param>
    /// <param name="description">Model.description.</param>
    /// <param name="placement">Where the data of buffers stands.</param>
    /// <param name="outside">Whether that is outside of the flatbuffer.</param>
    /// <param name="runtimeBuffer">The buffer of the metadata min_runtime_version.</param>
    /// <param name="patches">For data outside: positions of offset and size of each buffer, to be filled in later.</param>
    public static long Write(
        FlatBuilder builder,
        List<Subgraph> subgraphs,
        Dictionary<Subgraph, TensorTable> tensors,
        string description,
        BufferPlacement placement,
        bool outside,
        int runtimeBuffer,
        out Dictionary<int, (long Offset, long Size)> patches)
    {
        var table = new ModelTable(builder);
        patches = [];
        long buffers = table.Buffers(placement, outside, patches);
        long metadata = table.Metadata(runtimeBuffer, outside);
        long signature = table.Signature(subgraphs[0], tensors[subgraphs[0]]);
        long graphs = builder.Offsets([.. subgraphs.Select(graph => table.Graph(graph, tensors[graph])).ToList()]);
        long codes = table.Codes();
        long text = builder.Text(description);
        return builder.Table(new TableFields()
            .Int(0, SchemaVersion).Offset(1, codes).Offset(2, graphs).Offset(3, text).Offset(4, buffers).Offset(6, metadata).Offset(7, signature));
    }

    private long Buffers(BufferPlacement placement, bool outside, Dictionary<int, (long Offset, long Size)> patches)
    {
        var tables = new long[placement.Count];
        for (int i = 0; i < tables.Length; i++)
        {
            var fields = new TableFields();
            if (placement.HasData(i) && outside)
            {
                // Offsets up to 1 mean that there is no data outside; the real ones follow when the tables' size is known.
                tables[i] = fields.Long(1, 1).Long(2, 1).WriteTo(_builder, out var positions);
                patches[i] = (positions[1], positions[2]);
                continue;
            }

            tables[i] = _builder.Table(placement.HasData(i) ? fields.Offset(0, placement.VectorPosition(i)) : fields);
        }

        return _builder.Offsets(tables);
    }

    private long Metadata(int runtimeBuffer, bool outside)
    {
        var entries = new List<long> { MetadataEntry("min_runtime_version", runtimeBuffer) };
        if (outside)
        {
            entries.Add(MetadataEntry("buffer_location", 0));
        }

        return _builder.Offsets([.. entries]);
    }

    private long MetadataEntry(string name, int buffer)
    {
        long text = _builder.Text(name);
        return _builder.Table(new TableFields().Offset(0, text).Int(1, buffer));
    }

    private long Signature(Subgraph main, TensorTable tensors)
    {
        long inputs = _builder.Offsets([.. main.Inputs.Select(input => Map(input, tensors)).ToList()]);
        long outputs = _builder.Offsets([.. main.Outputs.Select(output => Map(output, tensors)).ToList()]);
        long key = _builder.Text("serving_default");
        return _builder.Offsets([_builder.Table(new TableFields().Offset(0, inputs).Offset(1, outputs).Offset(2, key))]);
    }

    private long Map(Tensor tensor, TensorTable tensors)
    {
        long name = _builder.Text(tensor.Name);
        return _builder.Table(new TableFields().Offset(0, name).Int(1, tensors[tensor]));
    }

    private long Graph(Subgraph graph, TensorTable tensors)
    {
        long[] tensorTables = [.. tensors.Tensors.Select((tensor, i) => TensorEntry(tensor, tensors.Buffers[i]))];
        long[] operatorTables = [.. graph.Operators.Select(op => OperatorEntry(op, tensors))];
        long operators = _builder.Offsets(operatorTables), list = _builder.Offsets(tensorTables);
        long inputs = _builder.Ints([.. graph.Inputs.Select(input => tensors[input])]), outputs = _builder.Ints([.. graph.Outputs.Select(output => tensors[output])]);
        long name = _builder.Text(graph.Name);
        return _builder.Table(new TableFields().Offset(0, list).Offset(1, inputs).Offset(2, outputs).Offset(3, operators).Offset(4, name));
    }

    private long TensorEntry(Tensor tensor, int buffer)
    {
        long shape = _builder.Ints([.. tensor.Shape.Select(dim => dim.IsKnown ? (int)dim.Value : 1)]);
        long signature = tensor.IsStatic ? 0 : _builder.Ints([.. tensor.Shape.Select(dim => (int)dim.ValueOrMinusOne)]);
        long quantization = Quantization(tensor.Quantization);
        long name = _builder.Text(tensor.Name);
        return _builder.Table(new TableFields()
            .Offset(0, shape).Byte(1, (int)tensor.Type).Int(2, buffer).Offset(3, name).Offset(4, quantization).Offset(7, signature).Bool(8, true));
    }

    private long Quantization(QuantizationParameters? parameters)
    {
        if (parameters is null)
        {
            return 0;
        }

        long scales = _builder.Floats(parameters.Scales), zeroPoints = _builder.Longs(parameters.ZeroPoints);
        return _builder.Table(new TableFields().Offset(2, scales).Offset(3, zeroPoints).Int(6, parameters.Axis));
    }

    private long OperatorEntry(Operator op, TensorTable tensors)
    {
        var fields = new TableFields();
        op.Options.Write(fields);
        long options = op.Options.Table == 0 ? 0 : _builder.Table(fields);
        long inputs = _builder.Ints([.. op.Inputs.Select(input => tensors[input])]), outputs = _builder.Ints([.. op.Outputs.Select(output => tensors[output])]);
        return _builder.Table(new TableFields()
            .Int(0, Code(op)).Offset(1, inputs).Offset(2, outputs).Byte(3, op.Options.Table).Offset(4, options));
    }

    private int Code(Operator op)
    {
        var key = (op.Code, OperatorVersions.Of(op));
        if (!_codes.TryGetValue(key, out int index))
        {
            _codes[key] = index = _codes.Count;
        }

        return index;
    }

    private long Codes()
    {
        var tables = new long[_codes.Count];
        foreach (var ((code, version), index) in _codes)
        {
            tables[index] = _builder.Table(new TableFields()
                .Byte(0, Math.Min((int)code, PlaceholderForGreaterCodes)).Int(2, version, 1).Int(3, (int)code));
        }

        return _builder.Offsets(tables);
    }
}
