using Torch.Onnx.Emission;
using Torch.Onnx.Program;
using Torch.Onnx.Schema;

namespace Torch.Onnx.Lowering;

/// <summary>One call of the program as its mapping sees it: arguments by name with the schema's defaults, and the records of the results.</summary>
/// <param name="node">The call.</param>
/// <param name="schema">Signature.</param>
/// <param name="values">Values of names.</param>
/// <param name="results">Records of the tensor results in order, lists flattened.</param>
internal sealed class OperatorCall(Node node, OperatorSchema schema, ValueTable values, TensorMeta[] results)
{
    /// <summary>Where nodes go.</summary>
    public OnnxBuilder B { get; } = values.Builder;

    /// <summary>Sizes as numbers.</summary>
    public SizeTable Sizes { get; } = values.Sizes;

    public Node Node => node;

    public OperatorSchema Schema => schema;

    /// <summary>Records of the tensor results in order, lists flattened.</summary>
    public TensorMeta[] Results => results;

    /// <summary>The record of the first result.</summary>
    public TensorMeta Result => results.Length > 0 ? results[0] : throw LoweringException.Malformed("the node has no result");

    /// <summary>What the mapping made; one entry for each result.</summary>
    public CallResult?[] Made { get; } = new CallResult?[results.Length];

    /// <summary>The number that the mapping made, for calls that give one.</summary>
    public Number? MadeNumber { get; set; }

    /// <summary>Whether the argument is given and not None.</summary>
    public bool Has(string name) => Argument(name) is not Program.Argument.None;

    public Argument Argument(string name)
    {
        foreach (var input in node.Inputs)
        {
            if (input.Name == name)
            {
                return input.Value;
            }
        }

        return schema.Find(name)?.Default ?? throw LoweringException.Malformed($"the argument {name} is missing");
    }

    public Tensor Tensor(string name) => values.Tensor(View(name));

    public Tensor? OptionalTensor(string name) => Has(name) ? Tensor(name) : null;

    /// <summary>The tensor with its place in memory.</summary>
    public TensorView View(string name) => Argument(name) is Argument.Tensor tensor
        ? values.View(tensor.Name)
        : throw LoweringException.Malformed($"the argument {name} is no tensor");

    public bool IsTensor(string name) => Argument(name) is Argument.Tensor;

    public Tensor[] Tensors(string name) => Array.ConvertAll(
        OptionalTensors(name), tensor => tensor ?? throw LoweringException.Malformed($"an entry of {name} is None"));

    public Tensor?[] OptionalTensors(string name) => Argument(name) switch
    {
        Argument.Tensors tensors => Array.ConvertAll(tensors.Names, entry => entry is null ? null : values.Tensor(values.View(entry))),
        Argument.Ints { Values: [] } => [],
        _ => throw LoweringException.Malformed($"the argument {name} is no list of tensors"),
    };

    /// <summary>A Python number, constant or symbolic.</summary>
    public Number Number(string name) => values.Number(Argument(name), name);

    /// <summary>The number, or null where the argument is None or absent.</summary>
    public Number? OptionalNumber(string name) => Has(name) ? Number(name) : null;

    /// <summary>An integer that must be known now.</summary>
    public long Int(string name) => Number(name) switch
    {
        { IsConstant: true, Kind: NumberKind.Float } real when real.Real == Math.Floor(real.Real) => (long)real.Real,
        { IsConstant: true, Kind: not NumberKind.Complex } number => number.Integer,
        _ => throw LoweringException.Dynamic($"the argument {name} must be known at conversion"),
    };

    public long? OptionalInt(string name) => Has(name) ? Int(name) : null;

    public double Float(string name) => Number(name) is { IsConstant: true, Kind: not NumberKind.Complex } number
        ? number.Real
        : throw LoweringException.Dynamic($"the argument {name} must be known at conversion");

    public double? OptionalFloat(string name) => Has(name) ? Float(name) : null;

    public bool Bool(string name) => Float(name) != 0;

    public string Text(string name) => Argument(name) is Argument.Text text ? text.Value : throw LoweringException.Malformed($"the argument {name} is no text");

    public string? OptionalText(string name) => Has(name) ? Text(name) : null;

    /// <summary>The element type given, or null for None.</summary>
    public ScalarType? Type(string name) => (Argument(name) as Argument.DataType)?.Value;

    /// <summary>A list of integers that must be known now; one element is repeated where the schema fixes the length.</summary>
    public long[] Ints(string name) => Array.ConvertAll(Numbers(name), number => number is { IsConstant: true, Kind: NumberKind.Int or NumberKind.Bool }
        ? number.Integer
        : throw LoweringException.Dynamic($"the list {name} must be known at conversion"));

    public long[]? OptionalInts(string name) => Has(name) ? Ints(name) : null;

    /// <summary>A list of integers, repeated to the given length where it has one element.</summary>
    public long[] Ints(string name, int length)
    {
        long[] ints = Ints(name);
        if (ints.Length == 1 && length != 1)
        {
            long[] repeated = new long[length];
            Array.Fill(repeated, ints[0]);
            return repeated;
        }

        return ints.Length == length ? ints : throw LoweringException.Malformed($"the list {name} has {ints.Length} elements, not {length}");
    }

    public Number[] Numbers(string name) => Argument(name) switch
    {
        Argument.Ints ints => Array.ConvertAll(ints.Values, value => (Number)value),
        Argument.Floats floats => Array.ConvertAll(floats.Values, Lowering.Number.Of),
        Argument.Bools bools => Array.ConvertAll(bools.Values, Lowering.Number.Of),
        Argument.Symbols symbols => Array.ConvertAll(symbols.Items, item => values.Number(item, name)),
        Argument.Tensors { Names: [] } => [],
        // A list of one element may be written as that element.
        var single => [values.Number(single, name)],
    };

    public double[]? OptionalFloats(string name) => !Has(name) ? null : Array.ConvertAll(Numbers(name), number => number.IsConstant
        ? number.Real
        : throw LoweringException.Dynamic($"the list {name} must be known at conversion"));

    /// <summary>Dimensions counted from the start.</summary>
    public long[] Dims(string name, int rank) => Axes.Normalize(Ints(name), rank);

    /// <summary>A dimension counted from the start.</summary>
    public int Dim(string name, int rank) => Axes.Normalize(Int(name), rank);

    public void Return(params ReadOnlySpan<Value?> made)
    {
        for (int i = 0; i < Made.Length && i < made.Length; i++)
        {
            Made[i] = made[i] is { } value ? new CallResult.Fresh(value) : null;
        }
    }

    public void Return(int index, CallResult made)
    {
        if (index < Made.Length)
        {
            Made[index] = made;
        }
    }
}
