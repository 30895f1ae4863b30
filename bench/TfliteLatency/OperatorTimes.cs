using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace TfliteLatency;

/// <summary>What each operator of a product takes, with LiteRT's own profiler.</summary>
internal static class OperatorTimes
{
    private const int Iterations = 20;

    public static void Print(string product, string input)
    {
        var settings = new Settings { Threads = 1, Library = RuntimeLibraries.LiteRt! };
        using var pass = RuntimeAdapter.OpenProfiled(new Request { Runtime = Runtime.Litert, Model = product, Settings = settings });
        var spec = pass.Inputs[0];
        foreach (var op in pass.Run([new TensorValue(spec.Name, spec.Dtype, [.. spec.Shape], File.ReadAllBytes(input))], Iterations).Operators)
        {
            Console.WriteLine($"  {op.Microseconds,10:0} us {(op.Delegate.Length > 0 ? op.Delegate : "builtin"),-8} {op.Type,-44} {op.Name}");
        }
    }
}
