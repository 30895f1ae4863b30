namespace Onnx.Tflite.Ir;

/// <summary>Sorts operators so that each stands after those it reads from, keeping their order where that is possible.</summary>
internal sealed class OperatorOrder(HashSet<Operator> alive)
{
    private readonly HashSet<Operator> _done = [];
    private readonly List<Operator> _sorted = [];

    public List<Operator> Sort(List<Operator> operators)
    {
        foreach (var op in operators)
        {
            Visit(op);
        }

        // Operators that a pass made but did not add are found through their readers.
        foreach (var op in alive)
        {
            Visit(op);
        }

        return _sorted;
    }

    // With a stack of its own: graphs are deeper than a thread's.
    private void Visit(Operator first)
    {
        var path = new Stack<(Operator Op, int Next)>();
        path.Push((first, 0));
        while (path.TryPop(out var frame))
        {
            var (op, next) = frame;
            if (_done.Contains(op) || !alive.Contains(op))
            {
                continue;
            }

            while (next < op.Inputs.Count && (op.Inputs[next]?.Producer is not { } producer || _done.Contains(producer)))
            {
                next++;
            }

            if (next == op.Inputs.Count)
            {
                _done.Add(op);
                _sorted.Add(op);
            }
            else
            {
                path.Push((op, next + 1));
                path.Push((op.Inputs[next]!.Producer!, 0));
            }
        }
    }
}
