namespace Onnx.Model.Analysis;

/// <summary>What all graphs of one analysis share: options, functions, problems, fresh names.</summary>
internal sealed class AnalysisSession(ModelProto model, AnalysisOptions options)
{
    private readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions = Index(model.Functions);
    private readonly Dictionary<string, int> _fresh = new(StringComparer.Ordinal);

    public AnalysisOptions Options => options;

    public List<GraphProblem> Problems { get; } = [];

    /// <summary>Nodes that unrolling and inlining may still add, over the whole model.</summary>
    public int UnrollBudget { get; set; } = options.MaxUnrolledNodes;

    public FunctionProto? Function(NodeProto node) =>
        _functions.Count == 0 ? null : _functions.GetValueOrDefault((node.Domain, node.OpType, node.Overload));

    /// <summary>A name that no value of the file has: a slash and a number after the stem.</summary>
    public string Fresh(string stem)
    {
        int number = _fresh.GetValueOrDefault(stem);
        _fresh[stem] = number + 1;
        return number == 0 ? $"{stem}//" : $"{stem}//{number}";
    }

    public void Add(NodeProto node, OnnxGraphException problem) => Problems.Add(new GraphProblem(problem.Error, NameOf(node), node.OpType, problem.Message));

    internal static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Outputs.FirstOrDefault(output => output.Length > 0) ?? node.OpType;

    private static Dictionary<(string Domain, string Name, string Overload), FunctionProto> Index(List<FunctionProto> functions)
    {
        var index = new Dictionary<(string Domain, string Name, string Overload), FunctionProto>();
        foreach (var function in functions)
        {
            index[(function.Domain, function.Name, function.Overload)] = function;
        }

        return index;
    }
}
