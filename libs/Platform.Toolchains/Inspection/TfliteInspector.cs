using System.Globalization;
using Onnx.Tflite;

namespace Platform.Toolchains.Inspection;

/// <summary>Reads the face of a TFLite model (schema version 3, tflite/schema/schema.fbs).</summary>
internal static class TfliteInspector
{
    // Fields of the tables Model, SubGraph, Tensor and QuantizationParameters, by position in the schema.
    private const int ModelVersion = 0;
    private const int ModelOperatorCodes = 1;
    private const int ModelSubgraphs = 2;
    private const int ModelDescription = 3;
    private const int SubgraphTensors = 0;
    private const int SubgraphInputs = 1;
    private const int SubgraphOutputs = 2;
    private const int SubgraphOperators = 3;
    private const int OperatorCodeIndex = 0;
    private const int CodeOld = 0;
    private const int CodeNew = 3;
    private const int TensorShape = 0;
    private const int TensorType = 1;
    private const int TensorName = 3;
    private const int TensorQuantization = 4;
    private const int TensorShapeSignature = 7;
    private const int QuantizationScale = 2;
    private const int QuantizationZeroPoint = 3;
    private const int SupportedVersion = 3;

    private static readonly string[] s_types =
    [
        "float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64", "int8", "float64", "complex128", "uint64", "resource", "variant",
        "uint32", "uint16", "int4", "bfloat16",
    ];

    public static ModelFacts Inspect(string path)
    {
        // Constants beyond 2 GiB lie behind the flatbuffer itself, which holds all that is read here.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var bytes = new byte[Math.Min(stream.Length, int.MaxValue - 64)];
        stream.ReadExactly(bytes);
        return Inspect(bytes);
    }

    public static ModelFacts Inspect(ReadOnlyMemory<byte> bytes)
    {
        var model = new FlatBuffer(bytes).Root();
        if (model.Int(ModelVersion) != SupportedVersion || model.Tables(ModelSubgraphs) is not [var main, ..])
        {
            throw new InspectionException("the file has the mark of TFLite but no graph of schema version 3");
        }

        var tensors = main.Tables(SubgraphTensors);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["description"] = model.Text(ModelDescription),
            ["subgraphs"] = model.Length(ModelSubgraphs).ToString(CultureInfo.InvariantCulture),
            ["operators"] = main.Length(SubgraphOperators).ToString(CultureInfo.InvariantCulture),
        };
        foreach (var group in OperatorTypes(model, main).GroupBy(type => type).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            metadata["operators." + group.Key] = group.Count().ToString(CultureInfo.InvariantCulture);
        }

        return new ModelFacts(ModelForm.Tflite, Facts(main, SubgraphInputs, tensors), Facts(main, SubgraphOutputs, tensors), metadata);
    }

    // Codes below 127 stand in the old field of one byte, later ones in the new field; the larger of the two counts.
    private static IEnumerable<string> OperatorTypes(FlatBuffer.Table model, FlatBuffer.Table graph)
    {
        var codes = model.Tables(ModelOperatorCodes);
        return graph.Tables(SubgraphOperators).Select(row => row.Int(OperatorCodeIndex) is var index && index >= 0 && index < codes.Count
            ? TfliteOperatorName.Of(Math.Max(codes[index].Byte(CodeOld), codes[index].Int(CodeNew)))
            : throw new InspectionException($"an operator names code {index} of {codes.Count}"));
    }

    private static List<TensorFacts> Facts(FlatBuffer.Table subgraph, int field, IReadOnlyList<FlatBuffer.Table> tensors)
    {
        var facts = new List<TensorFacts>();
        foreach (int index in subgraph.Ints(field))
        {
            facts.Add(index >= 0 && index < tensors.Count ? Facts(tensors[index]) : throw new InspectionException($"the graph names tensor {index} of {tensors.Count}"));
        }

        return facts;
    }

    private static TensorFacts Facts(FlatBuffer.Table tensor)
    {
        int type = tensor.Byte(TensorType);
        var shape = tensor.Length(TensorShapeSignature) > 0 ? tensor.Ints(TensorShapeSignature) : tensor.Ints(TensorShape);
        var quantization = tensor.Nested(TensorQuantization);
        bool perTensor = quantization is { } q && q.Length(QuantizationScale) == 1 && q.Length(QuantizationZeroPoint) == 1;
        return new TensorFacts(
            tensor.Text(TensorName),
            [.. shape.Select(dim => (long)dim)],
            type < s_types.Length ? s_types[type] : $"type {type}",
            perTensor ? quantization!.Value.Float(QuantizationScale, 0) : null,
            perTensor ? quantization!.Value.Long(QuantizationZeroPoint, 0) : null);
    }
}
