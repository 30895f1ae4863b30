using Onnx.Model.Analysis;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Ir;

/// <summary>
/// A tensor of the graph being converted. Until the layout pass its dimensions are the logical ones of ONNX (channels
/// second); after it they are the stored ones.
/// </summary>
internal sealed class Tensor(string name, TensorType type, SymInt[] shape)
{
    public string Name { get; set; } = name;

    public TensorType Type { get; set; } = type;

    public SymInt[] Shape { get; set; } = shape;

    public int Rank => Shape.Length;

    /// <summary>The value, where it is constant.</summary>
    public ConstantData? Data { get; init; }

    public bool IsConstant => Data is not null;

    public QuantizationParameters? Quantization { get; set; }

    /// <summary>The operator that gives it; null for inputs and constants.</summary>
    public Operator? Producer { get; set; }

    /// <summary>Operators that read it, once for each time they do; not kept for constants, which many share.</summary>
    public List<Operator> Readers { get; } = [];

    /// <summary>Its place among the tensors of the pass at work; nothing holds from one pass to the next.</summary>
    public int Place { get; set; }

    /// <summary>How many of the graph's outputs it is.</summary>
    public int OutputUses { get; set; }

    public bool IsStatic => Array.TrueForAll(Shape, dim => dim.IsKnown);

    /// <summary>Number of elements; open shapes count each open dimension as one.</summary>
    public long Count => Shape.Aggregate(1L, (product, dim) => product * (dim.IsKnown ? dim.Value : 1));

    public bool IsScalarLike => IsStatic && Count == 1;

    public long[] Dims => Array.ConvertAll(Shape, dim => dim.Value);

    /// <summary>Whether nothing but the one operator reads it.</summary>
    public bool HasOneReader => Readers.Count == 1 && OutputUses == 0;

    public override string ToString() => $"{Name}:{Type.Name()}[{string.Join(',', Shape)}]{(Quantization is null ? "" : $"({Quantization})")}";
}
