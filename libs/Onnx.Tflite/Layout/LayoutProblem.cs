using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Layout;

/// <summary>The operators of a graph with their labels, and what the labels cost in transposes.</summary>
internal sealed class LayoutProblem
{
    private readonly Dictionary<Tensor, int[]> _boundary;
    private readonly Dictionary<Tensor, int[]> _outputOrders = [];
    private readonly int[] _seen;
    private readonly List<(int Reader, int Input, int[] Order)> _demands = [];
    private int _walk;

    public LayoutProblem(Subgraph graph, Func<Tensor, bool> isChannelLast)
    {
        Operators = [.. graph.Operators];
        Rules = Array.ConvertAll(Operators, LayoutRules.Of);
        _seen = new int[Operators.Length];
        _boundary = graph.Inputs.ToDictionary(input => input, input => isChannelLast(input) ? StoredOrder.ChannelsLast(input.Rank) : StoredOrder.Identity(input.Rank));
        foreach (var output in graph.Outputs)
        {
            _outputOrders[output] = isChannelLast(output) ? StoredOrder.ChannelsLast(output.Rank) : StoredOrder.Identity(output.Rank);
        }

        Labels = new int[Operators.Length][];
        for (int i = 0; i < Operators.Length; i++)
        {
            Operators[i].Place = i;
            Labels[i] = Rules[i].Fixed(Operators[i]) ?? Rules[i].Initial(Operators[i]);
        }

        Tensors = [.. graph.Inputs.Concat(Operators.SelectMany(op => op.Outputs)).Where(tensor => tensor.Rank > 1)];
        for (int i = 0; i < Tensors.Length; i++)
        {
            Tensors[i].Place = i;
        }
    }

    public Operator[] Operators { get; }

    public LayoutRule[] Rules { get; }

    /// <summary>The chosen label of each operator.</summary>
    public int[][] Labels { get; }

    /// <summary>Tensors that can be stored in more than one order; each knows its place here.</summary>
    public Tensor[] Tensors { get; }

    public int IndexOf(Operator op) => op.Place;

    public bool IsFree(int i) => Rules[i].Fixed(Operators[i]) is null;

    /// <summary>The order in which a tensor is stored by what gives it.</summary>
    public int[] Given(Tensor tensor) => Given(tensor, Labels);

    public int[] Given(Tensor tensor, int[][] labels)
    {
        if (tensor.Producer is not { } producer)
        {
            return _boundary[tensor];
        }

        int i = IndexOf(producer);
        return Rules[i].Output(producer, producer.Outputs.IndexOf(tensor), labels[i]);
    }

    /// <summary>The order that the graph's caller sees, for outputs.</summary>
    public int[]? Demanded(Tensor output) => output.OutputUses == 0 ? null : _outputOrders.GetValueOrDefault(output);

    /// <summary>All (operator, input) pairs that read a tensor, each with the order it wants. The list is good until the next call.</summary>
    public List<(int Reader, int Input, int[] Order)> Demands(Tensor tensor, int[][] labels)
    {
        _demands.Clear();
        _walk++;
        foreach (var reader in tensor.Readers)
        {
            int at = IndexOf(reader);
            if (_seen[at] == _walk)
            {
                continue;
            }

            _seen[at] = _walk;
            for (int input = 0; input < reader.Inputs.Count; input++)
            {
                if (ReferenceEquals(reader.Inputs[input], tensor) && Rules[at].Input(reader, input, labels[at]) is { } order)
                {
                    _demands.Add((at, input, order));
                }
            }
        }

        return _demands;
    }

    /// <summary>Cost of storing a tensor in a second order.</summary>
    public long Price(Tensor tensor, int[] given, int[] wanted, Operator? reader) =>
        StoredOrder.SameData(given, wanted, tensor.Shape) || FreeTransposes.Absorbs(tensor, given, wanted, reader) ? 0 : Weight(tensor);

    /// <summary>Bytes moved, and a little for the operator itself.</summary>
    public static long Weight(Tensor tensor) => (tensor.Count * tensor.Type.Size()) + 64;

    /// <summary>What one tensor costs: a transpose for each order in which it is wanted and not given; readers share them.</summary>
    public long Cost(Tensor tensor, int[][] labels)
    {
        int[] given = Given(tensor, labels);
        List<int[]>? paid = null;
        long cost = 0;
        foreach (var (reader, _, order) in Demands(tensor, labels))
        {
            cost += Pay(tensor, given, order, Operators[reader], ref paid);
        }

        return Demanded(tensor) is { } wanted ? cost + Pay(tensor, given, wanted, null, ref paid) : cost;
    }

    public long TotalCost(int[][] labels)
    {
        long sum = 0;
        foreach (var tensor in Tensors)
        {
            sum += Cost(tensor, labels);
        }

        return sum;
    }

    private long Pay(Tensor tensor, int[] given, int[] wanted, Operator? reader, ref List<int[]>? paid)
    {
        long price = Price(tensor, given, wanted, reader);
        if (price == 0 || paid?.Exists(order => StoredOrder.AreSame(order, wanted)) == true)
        {
            return 0;
        }

        (paid ??= []).Add(wanted);
        return price;
    }
}
