using Onnx.Model;

namespace Onnx.Tflite.Tests;

/// <summary>A graph that grows node by node out of a list of numbers: the same numbers always give the same graph.</summary>
internal sealed class RandomGraph
{
    private const long MostElements = 20_000;

    private readonly List<(string Name, long[] Dims)> _values = [];
    private readonly Queue<ulong> _choices;
    private int _count;

    private RandomGraph(IEnumerable<ulong> choices) => _choices = new Queue<ulong>(choices);

    public GraphProto Graph { get; } = new() { Name = "fuzz" };

    /// <summary>Operators of the graph.</summary>
    public IEnumerable<string> Operators => Graph.Nodes.Select(node => node.OpType);

    public static (ModelProto Model, RandomGraph Graph) Create(IReadOnlyList<ulong> choices)
    {
        var graph = new RandomGraph(choices);
        graph.AddInput();
        while (graph._choices.Count > 0)
        {
            RandomNodes.Add(graph);
        }

        graph.FinishOutputs();
        return (new ModelProto { Graph = graph.Graph, OpsetImports = { new OperatorSetId("", 18) } }, graph);
    }

    /// <summary>The next number below a limit; 0 when the list is used up.</summary>
    public int Next(int limit) => _choices.TryDequeue(out ulong choice) ? (int)(choice % (ulong)limit) : 0;

    /// <summary>One of the values so far, the later ones more often.</summary>
    public (string Name, long[] Dims) Pick() => _values[^(1 + (Next(3) == 0 ? Next(_values.Count) : Next(Math.Min(2, _values.Count))))];

    public (string Name, long[] Dims)? Pick(Func<long[], bool> suits)
    {
        var suiting = _values.Where(value => suits(value.Dims)).ToList();
        return suiting.Count == 0 ? null : suiting[^(1 + Next(suiting.Count))];
    }

    public string Floats(long[] dims, double low = -1, double high = 1)
    {
        var random = new Random(1000 + _count);
        float[] values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(low + ((high - low) * random.NextDouble()));
        }

        string name = Fresh("c");
        Graph.Initializers.Add(TensorProto.Create<float>(name, DataType.Float, dims, values));
        return name;
    }

    public string Ints(params long[] values)
    {
        string name = Fresh("i");
        Graph.Initializers.Add(TensorProto.Create<long>(name, DataType.Int64, [values.Length], values));
        return name;
    }

    /// <summary>Adds a node with one result, unless the result would be too large.</summary>
    public bool Add(string type, string[] inputs, long[] dims, params AttributeProto[] attributes)
    {
        if (dims.Length > 6 || dims.Aggregate(1L, (product, dim) => product * dim) is < 1 or > MostElements)
        {
            return false;
        }

        string output = Fresh("v");
        Graph.Nodes.Add(new NodeProto { OpType = type, Name = $"{type}_{_count}", Inputs = [.. inputs], Outputs = { output }, Attributes = [.. attributes] });
        _values.Add((output, dims));
        return true;
    }

    public string Fresh(string stem) => $"{stem}{++_count}";

    private void AddInput()
    {
        int rank = 1 + Next(5);
        long[] dims = rank == 4 ? [1, 1 + Next(8), 3 + Next(8), 3 + Next(8)] : [.. Enumerable.Range(0, rank).Select(_ => 1L + Next(6))];
        string name = Fresh("x");
        Graph.Inputs.Add(ValueInfoProto.Tensor(name, DataType.Float, [.. dims.Select(dim => (Dimension)dim)]));
        _values.Add((name, dims));
    }

    // Everything that nobody reads is a result.
    private void FinishOutputs()
    {
        var read = Graph.Nodes.SelectMany(node => node.Inputs).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, dims) in _values.Where(value => !read.Contains(value.Name) && Graph.Nodes.Exists(node => node.Outputs.Contains(value.Name))))
        {
            Graph.Outputs.Add(ValueInfoProto.Tensor(name, DataType.Float, [.. dims.Select(dim => (Dimension)dim)]));
        }
    }
}
