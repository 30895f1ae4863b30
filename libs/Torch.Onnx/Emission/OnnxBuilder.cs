using Onnx.Model;

namespace Torch.Onnx.Emission;

/// <summary>Adds nodes to the ONNX graph under construction.</summary>
/// <param name="opset">Version of the standard operators.</param>
/// <param name="nodeLimit">Nodes that may be emitted before the import is given up.</param>
internal sealed class OnnxBuilder(int opset, long nodeLimit)
{
    private long _emitted;

    public int Opset => opset;

    /// <summary>The graph that nodes are added to.</summary>
    public GraphScope Scope { get; private set; } = new(null);

    /// <summary>The program's node that is being converted.</summary>
    public NodeOrigin Origin { get; set; } = NodeOrigin.Boundary;

    /// <summary>Constants of the importer's own making.</summary>
    public ConstantPool Constants { get; } = new();

    /// <summary>One node with one result, whose type follows from the operator and its inputs.</summary>
    public Value Op(string op, params ReadOnlySpan<Value?> inputs) => Op(op, inputs, []);

    /// <summary>One node with attributes and one result, whose type follows from the operator and its inputs.</summary>
    public Value Op(string op, ReadOnlySpan<Value?> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var type = ResultTypes.Of(op, inputs);
        var computed = KernelType(op, inputs, out int typed);
        if (computed is null)
        {
            return Ops(op, inputs, [type], attributes)[0];
        }

        // The node runs on another type; its result returns to its own unless it had a type of its own anyway.
        var original = KeyOf(op, inputs).Type;
        var result = Ops(op, Converted(inputs, original, computed.Value, typed), [type == original ? computed.Value : type], attributes)[0];
        return type == original ? this.Cast(result, type) : result;
    }

    /// <summary>One node with several results of given types, on inputs that its kernels take.</summary>
    public Value[] Ops(string op, ReadOnlySpan<Value?> inputs, ReadOnlySpan<DataType> results, params ReadOnlySpan<AttributeProto> attributes)
    {
        var outputs = new Value[results.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new Value(results[i]);
        }

        Add(new NodeDraft { OpType = op, Inputs = inputs.ToArray(), Outputs = outputs, Attributes = attributes.ToArray(), Origin = Origin });
        return outputs;
    }

    /// <summary>The type an operator should be computed in, given an input of another type.</summary>
    public static DataType SupportedType(string op, DataType type)
    {
        if (KernelTypes.Of(op) is not { } row || row.Types.Contains(type))
        {
            return type;
        }

        foreach (var candidate in KernelTypes.Substitutes(type))
        {
            if (row.Types.Contains(candidate))
            {
                return candidate;
            }
        }

        return type;
    }

    /// <summary>A node that was made elsewhere.</summary>
    public void Add(NodeDraft node)
    {
        if (++_emitted > nodeLimit)
        {
            throw new ExportedProgramException(ExportedProgramError.ProgramTooLarge, $"the program would become more than {nodeLimit} ONNX nodes");
        }

        foreach (var output in node.Outputs)
        {
            output.Producer = node;
        }

        Scope.Nodes.Add(node);
    }

    /// <summary>A view of a constant: a node, and the elements it stands for, of which the end of the import keeps one.</summary>
    public Value View(string op, ReadOnlySpan<Value?> inputs, ConstantTensor? content, params ReadOnlySpan<AttributeProto> attributes)
    {
        var source = inputs[0]!;
        var output = new Value(source.Type) { Content = content, Weight = content is null ? null : source.Weight ?? source };
        Add(new NodeDraft { OpType = op, Inputs = inputs.ToArray(), Outputs = [output], Attributes = attributes.ToArray(), Origin = Origin });
        return output;
    }

    /// <summary>Makes a subgraph of the nodes that <paramref name="body"/> adds; it returns the subgraph's inputs and outputs.</summary>
    public GraphDraft Subgraph(string name, Func<(Value[] Inputs, Value[] Outputs)> body)
    {
        var outer = Scope;
        Scope = new GraphScope(outer);
        try
        {
            var (inputs, outputs) = body();
            return new GraphDraft(name, Scope.Nodes, inputs, outputs);
        }
        finally
        {
            Scope = outer;
        }
    }

    private static Value KeyOf(string op, ReadOnlySpan<Value?> inputs) => inputs[op == "Where" ? 1 : 0]!;

    private DataType? KernelType(string op, ReadOnlySpan<Value?> inputs, out int typed)
    {
        typed = 0;
        if (inputs.Length == 0 || KernelTypes.Of(op) is not { } row || row.Types.Contains(KeyOf(op, inputs).Type))
        {
            return null;
        }

        typed = row.Inputs;
        var type = KeyOf(op, inputs).Type;
        var supported = SupportedType(op, type);
        if (supported == type)
        {
            return null;
        }

        if (type == DataType.Double)
        {
            this.Warn($"{op} on float64 is computed in float32: runtimes have no kernel for it");
        }

        return supported;
    }

    private Value?[] Converted(ReadOnlySpan<Value?> inputs, DataType from, DataType to, int typed)
    {
        var converted = inputs.ToArray();
        for (int i = 0; i < converted.Length && i < typed; i++)
        {
            if (converted[i] is { } input && input.Type == from)
            {
                converted[i] = this.Cast(input, to);
            }
        }

        return converted;
    }

    // Warnings hang on a node, so that those of dead code are never shown.
    private void Warn(string text) => PendingWarning = text;

    /// <summary>A warning for the node that is being converted; the driver attaches it to its result.</summary>
    public string? PendingWarning { get; set; }
}
