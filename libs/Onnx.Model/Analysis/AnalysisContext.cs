using Onnx.Model.Analysis.Canonical;
using Onnx.Model.Analysis.Folding;
using Onnx.Model.Analysis.Inlining;
using Onnx.Model.Analysis.Rules;

namespace Onnx.Model.Analysis;

/// <summary>Analyses one graph: walks its nodes in order, rewrites each to canonical form, infers, folds.</summary>
internal sealed class AnalysisContext
{
    private const int MaxDepth = 64;

    private readonly AnalysisContext? _outer;
    private readonly Dictionary<string, ValueFact> _facts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TypeProto> _declared = new(StringComparer.Ordinal);
    private int _depth;

    public AnalysisContext(AnalysisSession session, GraphProto graph, AnalysisContext? outer, OpsetVersions opsets)
    {
        Session = session;
        Opsets = opsets;
        _outer = outer;
        Result = new AnalyzedGraph(graph, _facts, outer?.Result);
        foreach (var value in graph.ValueInfos.Concat(graph.Outputs))
        {
            _declared[value.Name] = value.Type;
        }
    }

    public AnalysisSession Session { get; }

    /// <summary>Versions that hold for the node being processed.</summary>
    public OpsetVersions Opsets { get; private set; }

    public AnalyzedGraph Result { get; }

    /// <summary>Analyses the graph.</summary>
    /// <param name="arguments">Facts of the inputs of a body; null for the main graph, whose inputs say their types themselves.</param>
    public AnalyzedGraph Run(IReadOnlyList<ValueFact>? arguments)
    {
        var graph = Result.Source;
        GraphInputs.Define(this, graph, arguments);
        foreach (var node in NodeOrder.Sort(graph.Nodes, name => Find(name) is not null))
        {
            Process(node);
            Result.SourceNodes.Add((node, node.Outputs.TrueForAll(output => output.Length == 0 || Find(output)?.Constant is not null)));
        }

        foreach (var output in graph.Outputs.Where(output => Find(output.Name) is null))
        {
            throw new OnnxGraphException(GraphError.UndefinedValue, $"graph output '{output.Name}' is given by no node");
        }

        return Result;
    }

    public ValueFact? Find(string name) => _facts.TryGetValue(name, out var fact) ? fact : _outer?.Find(name);

    public void Define(string name, ValueFact fact)
    {
        if (name.Length > 0 && !_facts.TryAdd(name, fact))
        {
            throw new OnnxGraphException(GraphError.DuplicateValue, $"the value '{name}' is given twice");
        }
    }

    /// <summary>Adds a constant under a fresh name and gives the name.</summary>
    public string Constant(string stem, TensorProto tensor)
    {
        string name = Session.Fresh(stem);
        tensor.Name = name;
        Define(name, ValueFact.OfConstant(tensor));
        return name;
    }

    /// <summary>Processes a node as a file or function holds it.</summary>
    public void Process(NodeProto node)
    {
        if (++_depth > MaxDepth)
        {
            throw new OnnxGraphException(GraphError.RecursiveFunction, $"functions and branches nest deeper than {MaxDepth} at '{AnalysisSession.NameOf(node)}'");
        }

        try
        {
            if (Session.Function(node) is { } function)
            {
                FunctionInlining.Inline(this, node, function);
            }
            else
            {
                Canonicalize(node);
            }
        }
        catch (OnnxGraphException problem) when (problem.Error is not (GraphError.RecursiveFunction or GraphError.DuplicateValue))
        {
            Session.Add(node, problem);
            DefineUnknown(node);
        }
        catch (OnnxFormatException problem)
        {
            Session.Add(node, new OnnxGraphException(GraphError.InvalidNode, problem.Message));
            DefineUnknown(node);
        }
        catch (Exception problem) when (MalformedNode.IsCause(problem))
        {
            Session.Add(node, MalformedNode.Of(problem));
            DefineUnknown(node);
        }
        finally
        {
            _depth--;
        }
    }

    /// <summary>Processes nodes under other operator-set versions: the body of a function.</summary>
    public void ProcessWith(OpsetVersions opsets, IEnumerable<NodeProto> nodes)
    {
        var before = Opsets;
        Opsets = opsets;
        try
        {
            foreach (var node in nodes)
            {
                Process(node);
            }
        }
        finally
        {
            Opsets = before;
        }
    }

    public AnalyzedGraph AnalyzeBody(NodeProto node, string attribute, GraphProto body, IReadOnlyList<ValueFact> arguments)
    {
        if (++_depth > MaxDepth)
        {
            throw new OnnxGraphException(GraphError.RecursiveFunction, $"control flow nests deeper than {MaxDepth}");
        }

        var inner = new AnalysisContext(Session, body, this, Opsets) { _depth = _depth };
        var result = inner.Run(arguments);
        Result.AddBody(node, attribute, result);
        _depth--;
        return result;
    }

    /// <summary>Infers a canonical node and adds it to the result unless it is constant.</summary>
    public void Emit(NodeProto node)
    {
        if (ControlFlowInlining.TryInline(this, node))
        {
            return;
        }

        var inputs = Array.ConvertAll(node.Inputs.ToArray(), name => name.Length == 0 ? null : Find(name)
            ?? throw new OnnxGraphException(GraphError.UndefinedValue, $"input '{name}' is given by nothing before it"));
        var inference = new InferenceNode(node, inputs, this);
        Infer(inference, inputs);
        bool constant = ConstantFolder.TryFold(inference, inputs);
        if (!constant)
        {
            ElementRules.Apply(inference);
            Result.Nodes.Add(node);
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            Define(node.Outputs[i], DeclaredTypes.Refine(inference.Outputs[i], _declared.GetValueOrDefault(node.Outputs[i])));
        }
    }

    private static void Infer(InferenceNode inference, ValueFact?[] inputs)
    {
        var rule = InferenceRules.Find(inference.Node);
        if (!rule.AcceptsUnknownShapes && Array.Exists(inputs, fact => fact is { Shape: null, NonTensor: null }))
        {
            return;
        }

        rule.Infer(inference);
    }

    private void Canonicalize(NodeProto node)
    {
        foreach (var canonical in Canonicalizer.Rewrite(this, node))
        {
            Emit(canonical);
        }
    }

    private void DefineUnknown(NodeProto node)
    {
        foreach (string output in node.Outputs.Where(output => output.Length > 0 && !_facts.ContainsKey(output)))
        {
            _facts[output] = DeclaredTypes.Refine(ValueFact.Unknown, _declared.GetValueOrDefault(output));
        }
    }
}
