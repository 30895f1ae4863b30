namespace Onnx.Tflite.Layout;

/// <summary>Finds labels with few and cheap transposes.</summary>
internal static class LayoutSolver
{
    private const int MostMoves = 12;

    // Each move until none of them improves what there is.
    private static readonly Func<LayoutProblem, bool>[] s_moves =
    [
        problem => ExpansionMove.Try(problem, LabelFamily.Spread(problem, identity: false)),
        problem => ExpansionMove.Try(problem, LabelFamily.Spread(problem, identity: true)),
        LocalImprovement.Sweep,
    ];

    public static void Solve(LayoutProblem problem)
    {
        int vain = 0;
        for (int i = 0; i < MostMoves && vain < s_moves.Length; i++)
        {
            vain = s_moves[i % s_moves.Length](problem) ? 0 : vain + 1;
        }
    }
}
