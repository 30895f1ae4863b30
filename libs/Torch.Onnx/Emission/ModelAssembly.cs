using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using Onnx.Model;
using Torch.Onnx.Program;

namespace Torch.Onnx.Emission;

/// <summary>Turns live drafts into protos with final names.</summary>
internal sealed class ModelAssembly
{
    private readonly UniqueNames _valueNames = new();
    private readonly UniqueNames _nodeNames = new();
    private readonly Dictionary<(object Storage, string Identity), string> _stored = [];
    private readonly List<TensorProto> _initializers = [];
    private readonly Dictionary<NodeOrigin, int> _partsOfOrigin = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string Target, ModuleOrigin? Module), IDictionary<string, string>> _notes = [];

    /// <summary>ONNX nodes written, subgraphs included.</summary>
    public int NodeCount { get; private set; }

    /// <summary>The main graph. Inputs and outputs keep their names whatever else would like to have them.</summary>
    public GraphProto Assemble(IReadOnlyList<NodeDraft> nodes, IReadOnlyList<BoundaryValue> inputs, IReadOnlyList<BoundaryValue> outputs)
    {
        foreach (var (value, info) in inputs.Concat(outputs))
        {
            info.Name = _valueNames.Take(info.Name);
            value.FinalName = info.Name;
        }

        _valueNames.Reserve(nodes.Count);
        _nodeNames.Reserve(nodes.Count);
        _partsOfOrigin.EnsureCapacity(nodes.Count);
        CountParts(nodes);
        var graph = new GraphProto
        {
            Name = "main",
            Nodes = Nodes(nodes),
            Inputs = [.. inputs.Select(input => input.Info)],
            Outputs = [.. outputs.Select(output => output.Info)],
        };
        graph.Initializers = _initializers;
        return graph;
    }

    private void CountParts(IEnumerable<NodeDraft> nodes)
    {
        foreach (var node in nodes.Where(node => node.IsLive))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_partsOfOrigin, node.Origin, out _)++;
            foreach (var (_, graph) in node.Subgraphs)
            {
                CountParts(graph.Nodes);
            }
        }
    }

    private List<NodeProto> Nodes(IReadOnlyList<NodeDraft> drafts)
    {
        var nodes = new List<NodeProto>(drafts.Count);
        foreach (var draft in drafts)
        {
            if (draft.IsLive)
            {
                nodes.Add(ToNode(draft));
            }
        }

        NodeCount += nodes.Count;
        return nodes;
    }

    private NodeProto ToNode(NodeDraft draft)
    {
        string display = draft.Origin.DisplayName;
        bool isAlone = display.Length > 0 && _partsOfOrigin[draft.Origin] == 1;
        string name = _nodeNames.Take(isAlone ? display : display.Length > 0 ? $"{display}/{draft.OpType}" : draft.OpType);
        var node = new NodeProto
        {
            OpType = draft.OpType,
            Name = name,
        };
        AddNames(node.Inputs, draft.Inputs, name);
        node.Attributes.AddRange(draft.Attributes);
        node.Attributes.AddRange(draft.Subgraphs.Select(subgraph => Attr.From(subgraph.Attribute, Subgraph(subgraph.Graph))));
        AddNames(node.Outputs, draft.Outputs, name);
        while (node.Inputs.Count > 0 && node.Inputs[^1].Length == 0)
        {
            node.Inputs.RemoveAt(node.Inputs.Count - 1);
        }

        if (draft.Origin.Target.Length > 0)
        {
            node.Metadata = NotesOf(draft.Origin);
        }

        return node;
    }

    private void AddNames(List<string> names, Value?[] values, string node)
    {
        names.Capacity = values.Length;
        foreach (var value in values)
        {
            names.Add(value is null ? "" : NameOf(value, node));
        }
    }

    // Shared by all nodes that say the same of themselves, so not to be changed.
    private IDictionary<string, string> NotesOf(NodeOrigin origin)
    {
        if (_notes.TryGetValue((origin.Target, origin.Module), out var known))
        {
            return known;
        }

        var notes = new Dictionary<string, string> { ["torch.target"] = origin.Target };
        if (origin.Module is { Path.Length: > 0 } module)
        {
            notes["torch.module"] = module.Path;
            notes["torch.class"] = module.Class;
        }

        return _notes[(origin.Target, origin.Module)] = new ReadOnlyDictionary<string, string>(notes);
    }

    private GraphProto Subgraph(GraphDraft draft)
    {
        var inputs = Array.ConvertAll(draft.Inputs, input => ValueInfoProto.Tensor(NameOf(input, "input"), input.Type, input.Shape));
        var nodes = Nodes(draft.Nodes);
        return new GraphProto
        {
            Name = draft.Name,
            Nodes = nodes,
            Inputs = [.. inputs],
            Outputs = [.. draft.Outputs.Select(output => ValueInfoProto.Tensor(NameOf(output, "output"), output.Type, null))],
        };
    }

    private string NameOf(Value value, string node)
    {
        value.FinalName ??= Liveness.IsStored(value) ? Store(value) : _valueNames.Take(value.Name ?? $"{node}.out");
        return value.FinalName;
    }

    private string Store(Value value)
    {
        var content = value.Content!;
        var key = (content.StorageKey, Liveness.Identity(content));
        if (_stored.TryGetValue(key, out string? known))
        {
            return known;
        }

        string name = _valueNames.Take(WishFor(value));
        _stored.Add(key, name);
        _initializers.Add(new TensorProto { Name = name, DataType = content.Type, Dims = content.Sizes, Data = content.ToData() });
        return name;
    }

    private static string WishFor(Value value)
    {
        if (value.Weight is not { Name: { } weight, Content: { } whole })
        {
            return value.Name ?? "constant";
        }

        return value.Content!.Count < whole.Count ? $"{weight}.part" : value.Producer!.OpType == "Transpose" ? $"{weight}.transposed" : weight;
    }
}
