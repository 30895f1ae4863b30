using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>After the cuts: lets single operators follow a neighbour where that is cheaper.</summary>
internal static class LocalImprovement
{
    public static bool Sweep(LayoutProblem problem)
    {
        bool improved = false;
        bool[] costs = Array.ConvertAll(problem.Tensors, tensor => problem.Cost(tensor, problem.Labels) > 0);
        for (int i = 0; i < problem.Operators.Length; i++)
        {
            if (problem.IsFree(i) && IsBeside(problem.Operators[i], costs) && CostAround(problem, i) is > 0 and var before)
            {
                improved |= TryNeighbours(problem, i, before, costs);
            }
        }

        return improved;
    }

    private static bool IsBeside(Operator op, bool[] costs)
    {
        foreach (var input in op.Inputs)
        {
            if (input is { IsConstant: false, Rank: > 1 } && costs[input.Place])
            {
                return true;
            }
        }

        return op.Outputs.Exists(output => output.Rank > 1 && costs[output.Place]);
    }

    private static bool TryNeighbours(LayoutProblem problem, int i, long before, bool[] costs)
    {
        int[] best = problem.Labels[i];
        long least = before;
        foreach (int[] candidate in Candidates(problem, i).ToList())
        {
            problem.Labels[i] = candidate;
            long cost = CostAround(problem, i);
            if (cost < least)
            {
                (best, least) = (candidate, cost);
            }
        }

        problem.Labels[i] = best;
        if (least < before)
        {
            Recount(problem, i, costs);
        }

        return least < before;
    }

    // Neighbours that cost nothing before may now.
    private static void Recount(LayoutProblem problem, int i, bool[] costs)
    {
        var op = problem.Operators[i];
        foreach (var tensor in op.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant).Concat(op.Outputs).Where(tensor => tensor.Rank > 1))
        {
            costs[tensor.Place] = problem.Cost(tensor, problem.Labels) > 0;
        }
    }

    private static IEnumerable<int[]> Candidates(LayoutProblem problem, int i)
    {
        var op = problem.Operators[i];
        var rule = problem.Rules[i];
        for (int input = 0; input < op.Inputs.Count; input++)
        {
            if (op.Inputs[input] is { IsConstant: false, Rank: > 1 } tensor && rule.FromInput(op, input, problem.Given(tensor)) is { } label && rule.Allows(op, label))
            {
                yield return label;
            }
        }

        for (int output = 0; output < op.Outputs.Count; output++)
        {
            foreach (var (_, _, order) in problem.Demands(op.Outputs[output], problem.Labels))
            {
                if (rule.FromOutput(op, output, order) is { } label && rule.Allows(op, label))
                {
                    yield return label;
                }
            }
        }
    }

    private static long CostAround(LayoutProblem problem, int i)
    {
        var op = problem.Operators[i];
        return op.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant && tensor.Rank > 1).Distinct().Concat(op.Outputs.Where(tensor => tensor.Rank > 1))
            .Sum(tensor => problem.Cost(tensor, problem.Labels));
    }
}
