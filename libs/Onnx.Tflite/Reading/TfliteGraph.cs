using System.Buffers.Binary;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Reading;

/// <summary>The operators and tensors of the main graph of a TensorFlow Lite file, whoever wrote it (tflite/schema/schema.fbs, version 3).</summary>
public sealed class TfliteGraph
{
    private const int ModelCodes = 1;
    private const int ModelSubgraphs = 2;
    private const int ModelSignatures = 7;
    private const int SubgraphTensors = 0;
    private const int SubgraphOutputs = 2;
    private const int SubgraphOperators = 3;
    private const int QuantizationScale = 2;

    private readonly byte[] _bytes;
    private readonly FlatBufferReader _root;
    private readonly FlatBufferReader _main;

    private TfliteGraph(byte[] bytes)
    {
        _bytes = bytes;
        _root = FlatBufferReader.Root(bytes);
        _main = _root.Tables(ModelSubgraphs) is [var main, ..] ? main : throw new InvalidDataException("the file holds no graph");
        Tensors = [.. _main.Tables(SubgraphTensors).Select(Tensor)];
        Outputs = _main.Ints(SubgraphOutputs);
        var codes = _root.Tables(ModelCodes);
        Operators = [.. _main.Tables(SubgraphOperators).Select(op => Operator(op, codes))];
    }

    /// <summary>All tensors; operators name them by their place here.</summary>
    public IReadOnlyList<TfliteTensorInfo> Tensors { get; }

    /// <summary>Operators in the order in which they run.</summary>
    public IReadOnlyList<TfliteOperatorInfo> Operators { get; }

    /// <summary>Places of the output tensors.</summary>
    public IReadOnlyList<int> Outputs { get; }

    /// <summary>Whether any tensor holds integers that stand for real numbers.</summary>
    public bool IsQuantized => Tensors.Any(tensor => tensor.IsQuantized);

    /// <summary>Reads a file. The weights of files above 2 GiB lie behind what is read.</summary>
    /// <exception cref="InvalidDataException">It is no TensorFlow Lite file, or it is damaged.</exception>
    public static TfliteGraph Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        byte[] bytes = new byte[Math.Min(stream.Length, Array.MaxLength)];
        stream.ReadExactly(bytes);
        return bytes.Length > 8 && bytes.AsSpan(4, 4).SequenceEqual("TFL3"u8)
            ? Read(bytes)
            : throw new InvalidDataException($"{Path.GetFileName(path)} is no TensorFlow Lite file");
    }

    /// <summary>
    /// Writes the same model with other outputs: inner tensors that somebody wants to see. The names of signatures are left
    /// out, as they speak of the old outputs.
    /// </summary>
    /// <param name="path">Where to.</param>
    /// <param name="tensors">Places of the tensors.</param>
    public void SaveWithOutputs(string path, IReadOnlyList<int> tensors)
    {
        int vector = Aligned(_bytes.Length);
        int fields = vector + 4 + (4 * tensors.Count);
        byte[] result = new byte[fields + ShortVtable().Length];
        _bytes.CopyTo(result, 0);
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(vector), tensors.Count);
        for (int i = 0; i < tensors.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(vector + 4 + (4 * i)), tensors[i]);
        }

        int outputs = _main.Position(SubgraphOutputs);
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(outputs), vector - outputs);
        ShortVtable().CopyTo(result, fields);
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(_root.Start), _root.Start - fields);
        File.WriteAllBytes(path, result);
    }

    private static TfliteGraph Read(byte[] bytes)
    {
        try
        {
            return new TfliteGraph(bytes);
        }
        catch (OverflowException problem)
        {
            throw new InvalidDataException("the flatbuffer is damaged", problem);
        }
    }

    private static int Aligned(int length) => (length + 7) & ~7;

    // The root's list of fields, ending before the signatures.
    private byte[] ShortVtable()
    {
        int start = _root.VtableStart();
        int size = Math.Min((int)BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(start)), 4 + (2 * ModelSignatures));
        byte[] fields = _bytes.AsSpan(start, size).ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(fields, (ushort)size);
        return fields;
    }

    private static TfliteTensorInfo Tensor(FlatBufferReader tensor) => new(
        tensor.Text(3),
        tensor.Ints(0),
        ((TensorType)tensor.Byte(1)).ToString().ToUpperInvariant(),
        tensor.Nested(4) is { } quantization && quantization.Count(QuantizationScale) > 0);

    private TfliteOperatorInfo Operator(FlatBufferReader op, FlatBufferReader[] codes)
    {
        int index = op.Int(0);
        var code = index >= 0 && index < codes.Length ? codes[index] : throw new InvalidDataException($"operator code {index} of {codes.Length}");
        var builtin = (BuiltinOperator)Math.Max(code.Byte(0), code.Int(3));
        int[] outputs = op.Ints(2);
        return Array.TrueForAll(outputs, place => place >= 0 && place < Tensors.Count)
            ? new TfliteOperatorInfo(OperatorNames.Of(builtin), op.Ints(1), outputs)
            : throw new InvalidDataException("an operator names a tensor that does not exist");
    }
}

/// <summary>A tensor of a TensorFlow Lite file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions as stored; open ones are 1.</param>
/// <param name="Type">The element type as the format names it.</param>
/// <param name="IsQuantized">Whether its integers stand for real numbers.</param>
public sealed record TfliteTensorInfo(string Name, IReadOnlyList<int> Shape, string Type, bool IsQuantized);

/// <summary>An operator of a TensorFlow Lite file.</summary>
/// <param name="Type">Its name in the format: CONV_2D ...</param>
/// <param name="Inputs">Places of its inputs among the tensors; -1 for absent ones.</param>
/// <param name="Outputs">Places of its outputs.</param>
public sealed record TfliteOperatorInfo(string Type, IReadOnlyList<int> Inputs, IReadOnlyList<int> Outputs);
