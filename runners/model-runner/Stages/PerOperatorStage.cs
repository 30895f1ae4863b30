using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.Stages;

/// <summary>Runs a model with the runtime's own profiling on.</summary>
internal static class PerOperatorStage
{
    public static PerOperatorDone Run(Request request)
    {
        using var pass = RuntimeAdapter.OpenProfiled(request);
        var inputs = InputFiles.Match(pass.Inputs, request.PerOperator.Inputs).Select(file => file.Sample(0)).ToList();
        var (operators, microseconds) = pass.Run(inputs, Math.Max(1, request.PerOperator.Iterations));
        return new PerOperatorDone { Operators = { operators }, Microseconds = { microseconds }, RuntimeVersion = pass.RuntimeVersion };
    }
}
