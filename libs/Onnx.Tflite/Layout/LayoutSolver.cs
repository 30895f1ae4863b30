namespace Onnx.Tflite.Layout;

/// <summary>Finds labels with few and cheap transposes.</summary>
internal static class LayoutSolver
{
    private const int MaxRounds = 4;

    public static void Solve(LayoutProblem problem)
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            bool improved = ExpansionMove.Try(problem, LabelFamily.Spread(problem, identity: false));
            improved |= ExpansionMove.Try(problem, LabelFamily.Spread(problem, identity: true));
            improved |= LocalImprovement.Sweep(problem);
            if (!improved)
            {
                return;
            }
        }
    }
}
