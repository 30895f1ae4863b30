namespace Onnx.Model.Analysis;

/// <summary>Defines what a graph starts with: initializers and inputs.</summary>
internal static class GraphInputs
{
    public static void Define(AnalysisContext context, GraphProto graph, IReadOnlyList<ValueFact>? arguments)
    {
        foreach (var tensor in graph.Initializers)
        {
            context.Define(tensor.Name, ValueFact.OfConstant(tensor));
        }

        foreach (var sparse in graph.SparseInitializers)
        {
            context.Define(sparse.Values.Name, ValueFact.OfConstant(SparseTensors.Densify(sparse)));
        }

        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            var input = graph.Inputs[i];
            if (context.Result.Owns(input.Name))
            {
                // An initializer of the same name is the input's default; converters take it as a constant.
                continue;
            }

            context.Result.Inputs.Add(input);
            var declared = FromDeclaration(context.Session.Options, input);
            var fact = arguments is null || i >= arguments.Count ? declared : Merge(arguments[i], declared);
            context.Define(input.Name, fact);
        }
    }

    private static ValueFact FromDeclaration(AnalysisOptions options, ValueInfoProto input)
    {
        if (input.Type is not TypeProto.Tensor tensor)
        {
            return input.Type is TypeProto.None ? ValueFact.Unknown : ValueFact.Unknown with { NonTensor = input.Type };
        }

        if (options.InputShapes.TryGetValue(input.Name, out long[]? pinned))
        {
            return new ValueFact(tensor.ElementType, Array.ConvertAll(pinned, SymInt.FromInt64));
        }

        return new ValueFact(tensor.ElementType, tensor.Shape?.Select((dim, i) => DeclaredTypes.Dimension(dim, $"{input.Name}.{i}")).ToArray());
    }

    private static ValueFact Merge(ValueFact given, ValueFact declared) =>
        given.Type == DataType.Undefined && given.NonTensor is null ? declared : given;
}
