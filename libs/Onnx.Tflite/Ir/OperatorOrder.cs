namespace Onnx.Tflite.Ir;

/// <summary>
/// Which operators a graph's outputs need, each after those it reads from, in the order in which they were added where that is
/// possible. Operators are marked instead of kept in sets: every pass ends with this.
/// </summary>
internal sealed class OperatorOrder
{
    private static long s_walks;

    private readonly long _alive = 2 * Interlocked.Increment(ref s_walks);
    private readonly List<Operator> _all = [];
    private readonly List<Operator> _sorted = [];
    private readonly Stack<(Operator Op, int Next)> _path = new();

    private OperatorOrder()
    {
    }

    private long Done => _alive + 1;

    /// <summary>Detaches what no output needs and gives the rest in order.</summary>
    public static List<Operator> Sort(List<Operator> operators, IReadOnlyList<Tensor> outputs)
    {
        var order = new OperatorOrder();
        order.MarkAlive(outputs);
        foreach (var op in operators)
        {
            if (order.IsAlive(op))
            {
                order.Visit(op);
            }
            else
            {
                op.Detach();
            }
        }

        // Operators that a pass made but did not add are found through their readers.
        order._all.ForEach(order.Visit);
        return order._sorted;
    }

    private bool IsAlive(Operator op) => op.Mark == _alive || op.Mark == Done;

    private void MarkAlive(IReadOnlyList<Tensor> outputs)
    {
        var waiting = new Stack<Operator>();
        foreach (var output in outputs)
        {
            Push(output.Producer);
        }

        while (waiting.TryPop(out var op))
        {
            for (int i = 0; i < op.Inputs.Count; i++)
            {
                Push(op.Inputs[i]?.Producer);
            }
        }

        void Push(Operator? op)
        {
            if (op is not null && !IsAlive(op))
            {
                op.Mark = _alive;
                _all.Add(op);
                waiting.Push(op);
            }
        }
    }

    // With a stack of its own: graphs are deeper than a thread's.
    private void Visit(Operator first)
    {
        if (first.Mark == Done)
        {
            return;
        }

        _path.Push((first, 0));
        while (_path.TryPop(out var frame))
        {
            var (op, next) = frame;
            if (op.Mark == Done)
            {
                continue;
            }

            while (next < op.Inputs.Count && (op.Inputs[next]?.Producer is not { } producer || producer.Mark == Done))
            {
                next++;
            }

            if (next == op.Inputs.Count)
            {
                op.Mark = Done;
                _sorted.Add(op);
            }
            else
            {
                _path.Push((op, next + 1));
                _path.Push((op.Inputs[next]!.Producer!, 0));
            }
        }
    }
}
