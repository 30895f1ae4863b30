using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>Labels that operators would have if they followed their nearest neighbour of a kind: one alternative for the solver.</summary>
internal sealed class LabelFamily
{
    private readonly LayoutProblem _problem;
    private readonly Queue<(Tensor Tensor, int[] Order)> _wishes = new();
    private readonly int[]?[] _last;

    private LabelFamily(LayoutProblem problem)
    {
        _problem = problem;
        Labels = new int[]?[problem.Operators.Length];
        _last = new int[]?[problem.Tensors.Length];
    }

    /// <summary>The label of each operator that the family reaches.</summary>
    public int[]?[] Labels { get; }

    /// <summary>Spreads the orders of operators that have no choice, and of inputs and outputs, through those that have one.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="identity">Whether to start from orders as ONNX has them, or from all others.</param>
    public static LabelFamily Spread(LayoutProblem problem, bool identity)
    {
        var family = new LabelFamily(problem);
        foreach (var tensor in problem.Tensors)
        {
            family.Seed(tensor, identity);
        }

        family.Flood();
        return family;
    }

    private void Seed(Tensor tensor, bool identity)
    {
        if (tensor.Producer is null || !_problem.IsFree(_problem.IndexOf(tensor.Producer)))
        {
            Wish(tensor, _problem.Given(tensor), identity);
        }

        if (_problem.Demanded(tensor) is { } demanded)
        {
            Wish(tensor, demanded, identity);
        }

        foreach (var (reader, _, order) in _problem.Demands(tensor, _problem.Labels))
        {
            if (!_problem.IsFree(reader))
            {
                Wish(tensor, order, identity);
            }
        }
    }

    private void Wish(Tensor tensor, int[] order, bool identity)
    {
        if (StoredOrder.IsIdentity(order) == identity)
        {
            Enqueue(tensor, order);
        }
    }

    // What many read would be wished for by each of them; once is enough.
    private void Enqueue(Tensor tensor, int[] order)
    {
        if (tensor.Rank > 1 && (_last[tensor.Place] is not { } last || !StoredOrder.AreSame(last, order)))
        {
            _last[tensor.Place] = order;
            _wishes.Enqueue((tensor, order));
        }
    }

    private void Flood()
    {
        while (_wishes.TryDequeue(out var wish))
        {
            if (wish.Tensor.Producer is { } producer)
            {
                int at = _problem.IndexOf(producer);
                Assign(at, _problem.Rules[at].FromOutput(producer, producer.Outputs.IndexOf(wish.Tensor), wish.Order));
            }

            foreach (var reader in wish.Tensor.Readers)
            {
                int at = _problem.IndexOf(reader);
                for (int input = 0; input < reader.Inputs.Count; input++)
                {
                    if (ReferenceEquals(reader.Inputs[input], wish.Tensor))
                    {
                        Assign(at, _problem.Rules[at].FromInput(reader, input, wish.Order));
                    }
                }
            }
        }
    }

    private void Assign(int at, int[]? label)
    {
        if (label is null || Labels[at] is not null || !_problem.IsFree(at) || !_problem.Rules[at].Allows(_problem.Operators[at], label))
        {
            return;
        }

        Labels[at] = label;
        var op = _problem.Operators[at];
        for (int i = 0; i < op.Inputs.Count; i++)
        {
            if (op.Inputs[i] is { IsConstant: false, Rank: > 1 } input && _problem.Rules[at].Input(op, i, label) is { } order)
            {
                Enqueue(input, order);
            }
        }

        for (int i = 0; i < op.Outputs.Count; i++)
        {
            Enqueue(op.Outputs[i], _problem.Rules[at].Output(op, i, label));
        }
    }
}
