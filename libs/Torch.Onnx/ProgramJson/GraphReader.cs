using Torch.Onnx.Program;

namespace Torch.Onnx.ProgramJson;

/// <summary>Reads a graph: the main one and those inside higher-order operators.</summary>
internal static class GraphReader
{
    public static Graph Read(ref JsonCursor cursor)
    {
        var graph = new Graph();
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("inputs"u8))
            {
                graph.Inputs = ArgumentReader.List(ref cursor);
            }
            else if (cursor.NameIs("outputs"u8))
            {
                graph.Outputs = ArgumentReader.List(ref cursor);
            }
            else if (cursor.NameIs("nodes"u8))
            {
                graph.Nodes = Nodes(ref cursor);
            }
            else if (cursor.NameIs("tensor_values"u8))
            {
                Tensors(ref cursor, graph);
            }
            else
            {
                Symbols(ref cursor, graph);
            }
        }

        return graph;
    }

    private static void Symbols(ref JsonCursor cursor, Graph graph)
    {
        SymbolKind? kind = cursor.NameIs("sym_int_values"u8) ? SymbolKind.Int
            : cursor.NameIs("sym_float_values"u8) ? SymbolKind.Float
            : cursor.NameIs("sym_bool_values"u8) ? SymbolKind.Bool
            : null;
        if (kind is null || cursor.IsNull)
        {
            cursor.Skip();
            return;
        }

        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            graph.Symbols[cursor.Name] = SymbolReader.Value(ref cursor, kind.Value);
        }
    }

    private static void Tensors(ref JsonCursor cursor, Graph graph)
    {
        // Nodes are written before the values, and most of them have one.
        graph.Tensors.EnsureCapacity(graph.Nodes.Length);
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            graph.Tensors[cursor.Name] = TensorMetaReader.Read(ref cursor);
        }
    }

    private static Node[] Nodes(ref JsonCursor cursor)
    {
        var nodes = new List<Node>();
        cursor.ExpectArray();
        while (cursor.NextElement())
        {
            if (nodes.Count == ImportLimits.Nodes)
            {
                throw new ExportedProgramException(ExportedProgramError.ProgramTooLarge, $"a graph has more than {ImportLimits.Nodes} nodes");
            }

            nodes.Add(ReadNode(ref cursor));
        }

        return [.. nodes];
    }

    private static Node ReadNode(ref JsonCursor cursor)
    {
        string? target = null;
        string? name = null;
        NamedArgument[] inputs = [];
        Argument[] outputs = [];
        ModuleOrigin? module = null;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("target"u8))
            {
                target = cursor.Text();
            }
            else if (cursor.NameIs("inputs"u8))
            {
                inputs = NamedArguments(ref cursor);
            }
            else if (cursor.NameIs("outputs"u8))
            {
                outputs = ArgumentReader.List(ref cursor);
            }
            else if (cursor.NameIs("name"u8) && !cursor.IsNull)
            {
                name = cursor.Text();
            }
            else if (cursor.NameIs("metadata"u8) && cursor.IsObject)
            {
                module = NodeMetadataReader.Module(ref cursor);
            }
            else
            {
                cursor.Skip();
            }
        }

        return target is null ? throw cursor.Malformed("a node with a target") : new Node(target, inputs, outputs, name ?? FirstName(outputs), module);
    }

    private static string FirstName(Argument[] outputs) => outputs.Length == 0 ? "" : outputs[0] switch
    {
        Argument.Tensor tensor => tensor.Name,
        Argument.Symbol symbol => symbol.Name,
        Argument.Tensors { Names: [{ } first, ..] } => first,
        _ => "",
    };

    private static NamedArgument[] NamedArguments(ref JsonCursor cursor)
    {
        List<NamedArgument>? arguments = null;
        cursor.ExpectArray();
        while (cursor.NextElement())
        {
            string name = "";
            Argument value = Argument.None.Instance;
            cursor.ExpectObject();
            while (cursor.NextProperty())
            {
                if (cursor.NameIs("name"u8))
                {
                    name = cursor.Text();
                }
                else if (cursor.NameIs("arg"u8))
                {
                    value = ArgumentReader.Read(ref cursor);
                }
                else
                {
                    cursor.Skip();
                }
            }

            (arguments ??= []).Add(new NamedArgument(name, value));
        }

        return arguments is null ? [] : [.. arguments];
    }
}
