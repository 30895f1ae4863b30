using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>What the names of one graph stand for.</summary>
/// <param name="builder">Where nodes go.</param>
/// <param name="sizes">Sizes as numbers.</param>
/// <param name="graph">The graph whose names these are.</param>
internal sealed class ValueTable(OnnxBuilder builder, SizeTable sizes, Graph graph)
{
    private readonly Dictionary<string, TensorSlot> _tensors = new(graph.Tensors.Count, StringComparer.Ordinal);
    private readonly Dictionary<string, Number> _numbers = new(StringComparer.Ordinal);

    public OnnxBuilder Builder => builder;

    public SizeTable Sizes => sizes;

    public Graph Graph => graph;

    /// <summary>The record of a tensor, which must have a layout that ONNX has.</summary>
    public TensorMeta Meta(string name)
    {
        var meta = Record(name);
        if (meta.Layout != TensorMeta.StridedLayout)
        {
            throw new LoweringException(BlockerReason.LayoutUnsupported, $"{name} is sparse or has another layout that ONNX lacks", "Make the tensor dense (to_dense) in the model.");
        }

        return meta;
    }

    /// <summary>The record of a tensor of any layout.</summary>
    public TensorMeta Record(string name) => graph.Tensors.TryGetValue(name, out var meta)
        ? sizes.Resolve(meta)
        : throw new ExportedProgramException(ExportedProgramError.MalformedProgram, $"nothing is recorded about the tensor {name}");

    public void Define(string name, TensorSlot slot)
    {
        CheckNew(name);
        _tensors.Add(name, slot);
        sizes.Learn(slot.View.Read(), slot.View.Meta.Sizes);
    }

    public void Define(string name, Number number)
    {
        CheckNew(name);
        _numbers.Add(name, number);
        if (graph.Symbols.TryGetValue(name, out var symbol) && symbol.Expr is { } expression && number.Kind == NumberKind.Int)
        {
            sizes.Learn(expression, number);
        }
    }

    public TensorSlot Slot(string name) => _tensors.TryGetValue(name, out var slot) ? slot : throw Undefined(name);

    public TensorView View(string name) => Slot(name).View;

    public bool IsTensor(string name) => _tensors.ContainsKey(name);

    public Tensor Tensor(TensorView view) => new(view.Read(), view.Meta.Type, view.Meta.Sizes);

    /// <summary>The number that an argument is.</summary>
    public Number Number(Argument argument, string what) => argument switch
    {
        Argument.Int value => value.Value,
        Argument.Float value => Lowering.Number.Of(value.Value),
        Argument.Bool value => Lowering.Number.Of(value.Value),
        Argument.Complex value => Lowering.Number.Of(value.Real, value.Imaginary),
        Argument.Symbol symbol => _numbers.TryGetValue(symbol.Name, out var number) ? number : throw Undefined(symbol.Name),
        Argument.Tensor tensor when View(tensor.Name) is { Meta.Rank: 0 } view => Lowering.Number.At(AsNumber(view)),
        _ => throw LoweringException.Malformed($"the argument {what} is no number"),
    };

    private Value AsNumber(TensorView view)
    {
        var type = view.Meta.Type;
        return builder.Cast(view.Read(), type.IsFloat() ? DataType.Double : type == ScalarType.Bool ? DataType.Bool : DataType.Int64);
    }

    private void CheckNew(string name)
    {
        if (_tensors.ContainsKey(name) || _numbers.ContainsKey(name))
        {
            throw new ExportedProgramException(ExportedProgramError.DuplicateName, $"{name} is defined twice");
        }
    }

    private static ExportedProgramException Undefined(string name) =>
        new(ExportedProgramError.UndefinedName, $"{name} is used before anything defines it");
}
