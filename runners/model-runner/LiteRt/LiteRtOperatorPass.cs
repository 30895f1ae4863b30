using System.Diagnostics;
using System.Runtime.InteropServices;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.LiteRt;

/// <summary>LiteRT's own profiler. It gives sums over all iterations, so an operator's time is its mean.</summary>
internal sealed unsafe class LiteRtOperatorPass(LiteRtLibrary library, LiteRtSession session) : OperatorPass
{
    public override IReadOnlyList<TensorSpec> Inputs => session.Inputs;

    public override string RuntimeVersion => session.RuntimeVersion;

    public override (IReadOnlyList<Operator> Operators, IReadOnlyList<double> Microseconds) Run(IReadOnlyList<TensorValue> inputs, int iterations)
    {
        nint profiler;
        LiteRtLibrary.Check(library.GetProfiler(session.Compiled, &profiler), "MODEL_RUN_FAILED", "LiteRT has no profiler for this model");
        using var run = session.Prepare(inputs);
        run.Invoke();
        LiteRtLibrary.Check(library.StartProfiler(profiler), "MODEL_RUN_FAILED", "the profiler does not start");
        var whole = new List<double>(iterations);
        for (int i = 0; i < iterations; i++)
        {
            long began = Stopwatch.GetTimestamp();
            run.Invoke();
            whole.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
        }

        return (LiteRtProfileTable.Parse(Summary(profiler)), whole);
    }

    public override void Dispose() => session.Dispose();

    private string Summary(nint profiler)
    {
        byte* text;
        LiteRtLibrary.Check(library.GetProfileSummary(profiler, session.Compiled, &text), "MODEL_RUN_FAILED", "the profiler gives no summary");
        return Marshal.PtrToStringUTF8((nint)text) ?? "";
    }
}
