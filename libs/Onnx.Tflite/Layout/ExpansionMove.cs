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

    // Of the tensor at hand; kept to be filled again.
    private readonly List<Demand> _demands = [];
    private readonly List<int[]> _orders = [];
    private readonly List<Wish> _wanting = [];

    private ExpansionMove(LayoutProblem problem, LabelFamily family)
    {
        _problem = problem;
        _family = family;
        _node = new int[problem.Operators.Length];
        for (int i = 0; i < _node.Length; i++)
        {
            bool differs = family.Labels[i] is { } label && !StoredOrder.AreSame(label, problem.Labels[i]);
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
        if (problem.TotalCost(labels) >= problem.TotalCost(problem.Labels))
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
        int producer = tensor.Producer is { } giver ? _problem.IndexOf(giver) : -1;
        int producerNode = producer < 0 ? -1 : _node[producer];
        if (producerNode < 0 && tensor.Readers.TrueForAll(reader => _node[_problem.IndexOf(reader)] < 0))
        {
            return;
        }

        CollectDemands(tensor);
        int[] given = _problem.Given(tensor);
        int[] other = producer < 0 || _node[producer] < 0 ? given
            : _problem.Rules[producer].Output(tensor.Producer!, tensor.Producer!.Outputs.IndexOf(tensor), Alternative(producer));
        foreach (int[] order in _orders)
        {
            AddOrder(tensor, order, producerNode, given, other);
        }
    }

    private void CollectDemands(Tensor tensor)
    {
        _demands.Clear();
        _orders.Clear();
        foreach (var (reader, input, order) in _problem.Demands(tensor, _problem.Labels))
        {
            var op = _problem.Operators[reader];
            AddDemand(new Demand(_node[reader], order, _node[reader] < 0 ? order : _problem.Rules[reader].Input(op, input, Alternative(reader)) ?? order, op));
        }

        if (_problem.Demanded(tensor) is { } output)
        {
            AddDemand(new Demand(-1, output, output, null));
        }
    }

    private void AddDemand(Demand demand)
    {
        _demands.Add(demand);
        AddNew(demand.Kept);
        AddNew(demand.Taken);
    }

    private void AddNew(int[] order)
    {
        foreach (int[] known in _orders)
        {
            if (StoredOrder.AreSame(known, order))
            {
                return;
            }
        }

        _orders.Add(order);
    }

    // One transposed copy of the tensor: paid when the giver does not store it so and at least one reader wants it so.
    private void AddOrder(Tensor tensor, int[] order, int producer, int[] given, int[] other)
    {
        if (StoredOrder.AreSame(given, order) && StoredOrder.AreSame(other, order))
        {
            return;
        }

        _wanting.Clear();
        long kept = 0, taken = 0;
        foreach (var demand in _demands)
        {
            var wish = new Wish(demand.Node, StoredOrder.AreSame(demand.Kept, order), demand.Node < 0 || StoredOrder.AreSame(demand.Taken, order));
            if (wish.Kept || StoredOrder.AreSame(demand.Taken, order))
            {
                _wanting.Add(wish);
                kept = Math.Max(kept, _problem.Price(tensor, given, order, demand.Reader));
                taken = Math.Max(taken, _problem.Price(tensor, other, order, demand.Reader));
            }
        }

        if (kept > 0 || taken > 0)
        {
            Charge(producer, Math.Max(kept, taken), kept > 0, taken > 0);
        }
    }

    private void Charge(int producer, long price, bool whenKept, bool whenTaken)
    {
        bool always = _wanting.Exists(wish => wish.Kept && (wish.Node < 0 || wish.Taken));
        if (producer < 0)
        {
            if (whenKept && !always)
            {
                PayWhenTaken(Source, price);
                PayWhenKept(Sink, price);
            }

            return;
        }

        if (whenKept)
        {
            ChargeKeeping(producer, price, always);
        }

        if (whenTaken)
        {
            ChargeTaking(producer, price, always);
        }
    }

    private void ChargeKeeping(int producer, long price, bool always)
    {
        if (always || _wanting.Exists(wish => wish.Node >= 0 && wish.Kept))
        {
            // Readers that want it while they keep their label cannot be told apart in a cut: the price is charged to the giver alone.
            _flow.AddEdge(producer, Sink, price);
        }
        else
        {
            PayWhenTaken(producer, price);
        }
    }

    private void ChargeTaking(int producer, long price, bool always)
    {
        if (always || _wanting.Exists(wish => wish.Node >= 0 && wish.Taken))
        {
            _flow.AddEdge(Source, producer, price);
        }
        else
        {
            PayWhenKept(producer, price);
        }
    }

    // Paid when the giver keeps its label and some reader takes the new one; readers share the price through one node.
    private void PayWhenTaken(int giver, long price)
    {
        int takers = _wanting.Count(wish => wish.Node >= 0 && wish.Taken && !wish.Kept);
        int shared = takers > 1 ? _flow.AddNode() : -1;
        if (takers > 1)
        {
            _flow.AddEdge(giver, shared, price);
        }

        foreach (var wish in _wanting)
        {
            if (wish.Node >= 0 && wish.Taken && !wish.Kept)
            {
                _flow.AddEdge(takers > 1 ? shared : giver, wish.Node, takers > 1 ? MaxFlow.Infinite : price);
            }
        }
    }

    private void PayWhenKept(int giver, long price)
    {
        int keepers = _wanting.Count(wish => wish.Node >= 0 && wish.Kept && !wish.Taken);
        int shared = keepers > 1 ? _flow.AddNode() : -1;
        if (keepers > 1)
        {
            _flow.AddEdge(shared, giver, price);
        }

        foreach (var wish in _wanting)
        {
            if (wish.Node >= 0 && wish.Kept && !wish.Taken)
            {
                _flow.AddEdge(wish.Node, keepers > 1 ? shared : giver, keepers > 1 ? MaxFlow.Infinite : price);
            }
        }
    }

    /// <summary>An order that a reader wants with its label and with the family's; node -1 for readers without a choice.</summary>
    private readonly record struct Demand(int Node, int[] Kept, int[] Taken, Operator? Reader);

    /// <summary>Whether a reader wants one order with its label and with the family's.</summary>
    private readonly record struct Wish(int Node, bool Kept, bool Taken);
}
