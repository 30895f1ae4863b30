using Onnx.Model;
using Torch.Onnx.Archive;
using Torch.Onnx.Program;

namespace Torch.Onnx;

/// <summary>Describes a program from its graph alone.</summary>
internal static class ProgramInspection
{
    public static ExportedProgramInfo Describe(ExportedProgram program, ProgramLayout layout)
    {
        var outputNames = OutputNames.Of(program);
        var operators = new SortedDictionary<string, int>(StringComparer.Ordinal);
        Count(program.Graph, operators);
        return new ExportedProgramInfo(
            Path.GetFileNameWithoutExtension(layout.ProgramEntry),
            $"{program.SchemaMajor}.{program.SchemaMinor}",
            program.TorchVersion,
            program.Verifiers.Contains("ATEN"),
            [.. program.InputSpecs.Where(spec => spec.Kind == InputKind.UserInput).Select(spec => ValueOf(program, spec.Argument, NameOf(spec.Argument))).OfType<ProgramValueInfo>()],
            [.. outputNames.Select(output => ValueOf(program, output.Argument, output.Name)).OfType<ProgramValueInfo>()],
            program.InputSpecs.Where(spec => spec.Kind == InputKind.Parameter).Sum(spec => ElementCount(program, spec.Argument)),
            program.Graph.Nodes.Length,
            operators);
    }

    private static void Count(Graph graph, SortedDictionary<string, int> operators)
    {
        foreach (var node in graph.Nodes)
        {
            operators[node.Target] = operators.GetValueOrDefault(node.Target) + 1;
            foreach (var input in node.Inputs)
            {
                if (input.Value is Argument.Subgraph subgraph)
                {
                    Count(subgraph.Graph, operators);
                }
            }
        }
    }

    private static string NameOf(Argument argument) => argument switch
    {
        Argument.Tensor tensor => tensor.Name,
        Argument.Symbol symbol => symbol.Name,
        _ => "",
    };

    private static ProgramValueInfo? ValueOf(ExportedProgram program, Argument argument, string name) => argument switch
    {
        Argument.Tensor tensor when program.Graph.Tensors.TryGetValue(tensor.Name, out var meta) =>
            new ProgramValueInfo(name, meta.Type.Declared(), DeclaredShape.Of(meta.Type, meta.Sizes)),
        Argument.Symbol symbol => new ProgramValueInfo(name, symbol.Kind switch { SymbolKind.Int => DataType.Int64, SymbolKind.Float => DataType.Float, _ => DataType.Bool }, []),
        _ => null,
    };

    private static long ElementCount(ExportedProgram program, Argument argument)
    {
        double count = argument is Argument.Tensor tensor && program.Graph.Tensors.TryGetValue(tensor.Name, out var meta)
            ? meta.Sizes.Aggregate(1.0, (product, size) => product * size.Value)
            : 0;
        return (long)Math.Min(count, long.MaxValue / 2);
    }
}
