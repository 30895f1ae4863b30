using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>A call of a higher-order operator: its subgraphs, its operands, its results.</summary>
internal sealed class SubgraphCall
{
    private readonly GraphLowering _outer;
    private readonly Node _node;

    public SubgraphCall(GraphLowering outer, Node node)
    {
        _outer = outer;
        _node = node;
        Graphs = [.. node.Inputs.Select(input => input.Value).OfType<Argument.Subgraph>().Select(subgraph => subgraph.Graph)];
        if (Graphs.Length == 0)
        {
            throw LoweringException.Malformed("a higher-order operator without a subgraph");
        }

        int last = Array.FindLastIndex(node.Inputs, input => input.Value is Argument.Subgraph);
        AfterGraphs = [.. node.Inputs[(last + 1)..].Select(input => input.Value)];
        First = node.Inputs[0].Value;
    }

    public OnnxBuilder B => _outer.Values.Builder;

    public Graph[] Graphs { get; }

    /// <summary>The very first argument: the condition of cond.</summary>
    public Argument First { get; }

    /// <summary>Arguments after the last subgraph.</summary>
    public Argument[] AfterGraphs { get; }

    /// <summary>Arguments with lists opened.</summary>
    public static Argument[] Flatten(params IEnumerable<Argument> arguments) => [.. arguments.SelectMany(argument => argument switch
    {
        Argument.Tensors list => list.Names.Select(name => name is null ? Argument.None.Instance : (Argument)new Argument.Tensor(name)),
        Argument.Symbols list => list.Items,
        Argument.Ints list => list.Values.Select(value => new Argument.Int(value)),
        _ => [argument],
    })];

    /// <summary>The list at a position after the subgraphs; empty when absent.</summary>
    public Argument[] List(int position) => position < AfterGraphs.Length ? Flatten(AfterGraphs[position]) : [];

    /// <summary>The value of a tensor or number of the outer graph.</summary>
    public Value ValueOf(Argument argument) => argument switch
    {
        Argument.Tensor tensor => _outer.Values.View(tensor.Name).Read(),
        _ => NumberValue(_outer.Values.Number(argument, "operand")),
    };

    public bool IsTensor(Argument argument) => argument is Argument.Tensor;

    /// <summary>The record of a tensor of the outer graph.</summary>
    public TensorMeta MetaOf(Argument.Tensor tensor) => _outer.Values.View(tensor.Name).Meta;

    /// <summary>Values for inputs of a subgraph, starting at one of them, as that subgraph's body declares them.</summary>
    public Value[] Inputs(Graph graph, int start, DataType[] types)
    {
        var inputs = new Value[types.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            var shape = start + i < graph.Inputs.Length && graph.Inputs[start + i] is Argument.Tensor tensor && graph.Tensors.TryGetValue(tensor.Name, out var meta)
                ? Array.ConvertAll(_outer.Values.Sizes.Resolve(meta).Sizes, size => size.IsStatic ? (Dimension)size.Value : Dimension.Unknown)
                : [];
            inputs[i] = new Value(types[i]) { Shape = shape };
        }

        return inputs;
    }

    /// <summary>Takes the subgraph's nodes into the outer graph; its tensors are the outer ones, in-place writes included.</summary>
    public void Inline()
    {
        var operands = Flatten(AfterGraphs).Where(argument => argument is not (Argument.Text or Argument.None)).ToArray();
        var graph = Graphs[0];
        CheckCount(operands.Length, graph.Inputs.Length);
        var inner = new ValueTable(B, _outer.Values.Sizes, graph);
        for (int i = 0; i < operands.Length; i++)
        {
            if (graph.Inputs[i] is Argument.Tensor input && operands[i] is Argument.Tensor operand)
            {
                CheckMeta(inner.Meta(input.Name), MetaOf(operand), input.Name);
                inner.Define(input.Name, _outer.Values.Slot(operand.Name));
            }
            else if (graph.Inputs[i] is Argument.Symbol symbol)
            {
                inner.Define(symbol.Name, _outer.Values.Number(operands[i], symbol.Name));
            }
        }

        new GraphLowering(_outer.Session, inner).Run();
        var results = Flatten(_node.Outputs);
        CheckCount(results.Length, graph.Outputs.Length);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is Argument.Tensor result && graph.Outputs[i] is Argument.Tensor output)
            {
                _outer.Values.Define(result.Name, inner.Slot(output.Name));
            }
            else if (results[i] is Argument.Symbol symbol)
            {
                _outer.Values.Define(symbol.Name, inner.Number(graph.Outputs[i], symbol.Name));
            }
        }
    }

    /// <summary>Converts a subgraph where nodes go now, its inputs bound to values; returns the values of its outputs.</summary>
    public Value[] Body(Graph graph, ReadOnlySpan<Value> inputs)
    {
        CheckCount(inputs.Length, graph.Inputs.Length);
        var inner = new ValueTable(B, _outer.Values.Sizes, graph);
        var views = new List<TensorView>();
        for (int i = 0; i < inputs.Length; i++)
        {
            if (graph.Inputs[i] is Argument.Tensor tensor)
            {
                var view = new TensorView(inner.Meta(tensor.Name), inputs[i], "operand");
                views.Add(view);
                inner.Define(tensor.Name, new TensorSlot(view));
            }
            else if (graph.Inputs[i] is Argument.Symbol symbol)
            {
                inner.Define(symbol.Name, Number.At(inputs[i]));
            }
        }

        new GraphLowering(_outer.Session, inner).Run();
        if (views.Exists(view => view.Memory.Version > 0))
        {
            throw new LoweringException(BlockerReason.InPlaceUnsupported, "its subgraph writes an operand in place", "Return the new value from the subgraph instead.");
        }

        var outputs = graph.Outputs.Where(output => output is not Argument.None).ToArray();
        return Array.ConvertAll(outputs, output => output switch
        {
            Argument.Tensor tensor => inner.View(tensor.Name).Read(),
            _ => NumberValue(inner.Number(output, "output")),
        });
    }

    /// <summary>The values of a subgraph's outputs as values of that very graph, which ONNX asks for.</summary>
    public Value[] Own(Value[] values) => Array.ConvertAll(values, value => B.Op("Identity", value));

    /// <summary>Binds the call's results to values in order.</summary>
    public void Bind(ReadOnlySpan<Value> made)
    {
        var results = Flatten(_node.Outputs).Where(result => result is not Argument.None).ToArray();
        CheckCount(made.Length, results.Length);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is Argument.Tensor tensor)
            {
                made[i].Name ??= tensor.Name;
                _outer.Values.Define(tensor.Name, new TensorSlot(new TensorView(_outer.Values.Meta(tensor.Name), made[i])));
            }
            else if (results[i] is Argument.Symbol symbol)
            {
                _outer.Values.Define(symbol.Name, Number.At(made[i]));
            }
        }
    }

    /// <summary>A node with subgraphs.</summary>
    public Value[] Emit(string op, Value?[] inputs, DataType[] results, (string Attribute, GraphDraft Graph)[] subgraphs, params AttributeProto[] attributes)
    {
        var outputs = Array.ConvertAll(results, type => new Value(type));
        B.Add(new NodeDraft { OpType = op, Inputs = inputs, Outputs = outputs, Attributes = attributes, Subgraphs = subgraphs, Origin = B.Origin });
        return outputs;
    }

    private Value NumberValue(Number number) =>
        number.ToValue(B, number.Kind switch { NumberKind.Float => DataType.Double, NumberKind.Bool => DataType.Bool, _ => DataType.Int64 });

    private static void CheckCount(int given, int expected)
    {
        if (given != expected)
        {
            throw LoweringException.Malformed($"{given} values for the {expected} of its subgraph");
        }
    }

    private static void CheckMeta(TensorMeta inner, TensorMeta outer, string name)
    {
        if (inner.Type != outer.Type || inner.Rank != outer.Rank)
        {
            throw LoweringException.Malformed($"the subgraph's input {name} has another type or rank than its operand");
        }
    }
}
