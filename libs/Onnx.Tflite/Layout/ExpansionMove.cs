using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>
/// Lets each operator keep its label or take the one of a family, such that the transposes of the whole graph together
/// cost least: a smallest cut. Keeping is the source's side of the cut, taking the sink's.
/// </summary>
internal sealed class ExpansionMove
{
    private const int Source = 0;
    private const int Sink = 1;

    private readonly LayoutProblem _problem;
    private readonly LabelFamily _family;
    private readonly int[] _node;
    private readonly MaxFlow _flow = new(2);

    private ExpansionMove(LayoutProblem problem, LabelFamily family)
    {
        _problem = problem;
        _family = family;
        _node = new int[problem.Operators.Length];
        for (int i = 0; i < _node.Length; i++)
        {
            bool differs = family.Labels[i] is { } label && !label.AsSpan().SequenceEqual(problem.Labels[i]);
            _node[i] = differs ? _flow.AddNode() : -1;
        }
    }

    /// <summary>Makes the move if it lowers the cost.</summary>
    public static bool Try(LayoutProblem problem, LabelFamily family)
    {
        var move = new ExpansionMove(problem, family);
        if (Array.TrueForAll(move._node, node => node < 0))
        {
            return false;
        }

        int[][] labels = move.Solve();
        long before = problem.Tensors.Sum(tensor => problem.Cost(tensor, problem.Labels)), after = problem.Tensors.Sum(tensor => problem.Cost(tensor, labels));
        if (after >= before)
        {
            return false;
        }

        labels.CopyTo(problem.Labels, 0);
        return true;
    }

    private int[][] Solve()
    {
        foreach (var tensor in _problem.Tensors)
        {
            AddTensor(tensor);
        }

        bool[] keeps = _flow.SourceSide(Source, Sink);
        return [.. _problem.Labels.Select((label, i) => _node[i] >= 0 && !keeps[_node[i]] ? _family.Labels[i]! : label)];
    }

    private int[] Alternative(int i) => _node[i] < 0 ? _problem.Labels[i] : _family.Labels[i]!;

    private void AddTensor(Tensor tensor)
    {
        var demands = new List<(int Node, int[] Kept, int[] Taken, Operator? Reader)>();
        foreach (var (reader, input, order) in _problem.Demands(tensor, _problem.Labels))
        {
            var op = _problem.Operators[reader];
            demands.Add((_node[reader], order, _problem.Rules[reader].Input(op, input, Alternative(reader)) ?? order, op));
        }

        if (_problem.Demanded(tensor) is { } output)
        {
            demands.Add((-1, output, output, null));
        }

        int producer = tensor.Producer is { } op2 ? _problem.IndexOf(op2) : -1;
        int[] given = _problem.Given(tensor);
        int[] other = producer < 0 || _node[producer] < 0 ? given
            : _problem.Rules[producer].Output(tensor.Producer!, tensor.Producer!.Outputs.IndexOf(tensor), Alternative(producer));
        int producerNode = producer < 0 ? -1 : _node[producer];
        if (producerNode < 0 && demands.TrueForAll(demand => demand.Node < 0))
        {
            return;
        }

        foreach (int[] order in Distinct(demands.SelectMany(demand => new[] { demand.Kept, demand.Taken })))
        {
            var readers = demands.Where(demand => demand.Kept.AsSpan().SequenceEqual(order) || demand.Taken.AsSpan().SequenceEqual(order)).ToList();
            AddOrder(tensor, order, producerNode, given, other, readers);
        }
    }

    // One transposed copy of the tensor: paid when the giver does not store it so and at least one reader wants it so.
    private void AddOrder(Tensor tensor, int[] order, int producer, int[] given, int[] other, List<(int Node, int[] Kept, int[] Taken, Operator? Reader)> readers)
    {
        long price = readers.Max(reader => Math.Max(_problem.Price(tensor, given, order, reader.Reader), _problem.Price(tensor, other, order, reader.Reader)));
        bool whenKept = Pays(tensor, given, order, readers), whenTaken = Pays(tensor, other, order, readers);
        if (price == 0 || (!whenKept && !whenTaken))
        {
            return;
        }

        var wanting = readers.ConvertAll(reader => (reader.Node, Kept: reader.Kept.AsSpan().SequenceEqual(order), Taken: reader.Node < 0 || reader.Taken.AsSpan().SequenceEqual(order)));
        bool always = wanting.Exists(reader => reader.Node < 0 ? reader.Kept : reader.Kept && reader.Taken);
        if (producer < 0)
        {
            if (whenKept && !always)
            {
                PayWhenTaken(Source, price, wanting);
                PayWhenKept(Sink, price, wanting);
            }

            return;
        }

        if (whenKept)
        {
            AddProducerKept(producer, price, always, wanting);
        }

        if (whenTaken)
        {
            AddProducerTaken(producer, price, always, wanting);
        }
    }

    private bool Pays(Tensor tensor, int[] given, int[] order, List<(int Node, int[] Kept, int[] Taken, Operator? Reader)> readers) =>
        readers.Exists(reader => _problem.Price(tensor, given, order, reader.Reader) > 0);

    private void AddProducerKept(int producer, long price, bool always, List<(int Node, bool Kept, bool Taken)> readers)
    {
        if (always || readers.Exists(reader => reader.Node >= 0 && reader.Kept))
        {
            // Readers that want it while they keep their label cannot be told apart in a cut: the price is charged to the giver alone.
            _flow.AddEdge(producer, Sink, price);
        }
        else
        {
            PayWhenTaken(producer, price, readers);
        }
    }

    private void AddProducerTaken(int producer, long price, bool always, List<(int Node, bool Kept, bool Taken)> readers)
    {
        if (always || readers.Exists(reader => reader.Node >= 0 && reader.Taken))
        {
            _flow.AddEdge(Source, producer, price);
        }
        else
        {
            PayWhenKept(producer, price, readers);
        }
    }

    // Paid when the giver keeps its label and some reader takes the new one; readers share the price through one node.
    private void PayWhenTaken(int giver, long price, List<(int Node, bool Kept, bool Taken)> readers)
    {
        var takers = readers.FindAll(reader => reader.Node >= 0 && reader.Taken && !reader.Kept);
        if (takers.Count > 0)
        {
            int shared = _flow.AddNode();
            _flow.AddEdge(giver, shared, price);
            takers.ForEach(reader => _flow.AddEdge(shared, reader.Node, MaxFlow.Infinite));
        }
    }

    private void PayWhenKept(int giver, long price, List<(int Node, bool Kept, bool Taken)> readers)
    {
        var keepers = readers.FindAll(reader => reader.Node >= 0 && reader.Kept && !reader.Taken);
        if (keepers.Count > 0)
        {
            int shared = _flow.AddNode();
            _flow.AddEdge(shared, giver, price);
            keepers.ForEach(reader => _flow.AddEdge(reader.Node, shared, MaxFlow.Infinite));
        }
    }

    private static List<int[]> Distinct(IEnumerable<int[]> orders)
    {
        var distinct = new List<int[]>();
        foreach (int[] order in orders)
        {
            if (!distinct.Exists(known => known.AsSpan().SequenceEqual(order)))
            {
                distinct.Add(order);
            }
        }

        return distinct;
    }
}
