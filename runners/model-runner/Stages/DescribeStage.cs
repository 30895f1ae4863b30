using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.Stages;

/// <summary>Loads a model and tells its inputs and outputs.</summary>
internal static class DescribeStage
{
    public static Described Run(Request request)
    {
        using var session = RuntimeAdapter.Open(request, []);
        return new Described { Inputs = { session.Inputs }, Outputs = { session.Outputs }, RuntimeVersion = session.RuntimeVersion };
    }
}
