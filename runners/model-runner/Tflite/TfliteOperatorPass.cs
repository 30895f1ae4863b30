using System.Diagnostics;
using Platform.Contracts.Runner.V1;
using Runner.Model.Measuring;
using Runner.Model.Runtimes;

namespace Runner.Model.Tflite;

/// <summary>Times of every node, from the functions that <see cref="NodeTimer"/> put around them.</summary>
internal sealed class TfliteOperatorPass(TfliteSession session) : OperatorPass
{
    public override IReadOnlyList<TensorSpec> Inputs => session.Inputs;

    public override string RuntimeVersion => session.RuntimeVersion;

    public override (IReadOnlyList<Operator> Operators, IReadOnlyList<double> Microseconds) Run(IReadOnlyList<TensorValue> inputs, int iterations)
    {
        using var run = session.Prepare(inputs);
        run.Invoke();
        NodeTimer.Take();
        var times = new OperatorTimes();
        var whole = new List<double>(iterations);
        for (int i = 0; i < iterations; i++)
        {
            long began = Stopwatch.GetTimestamp();
            run.Invoke();
            whole.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            times.Add(NodeTimer.Take());
        }

        return (times.ToOperators(), whole);
    }

    public override void Dispose() => session.Dispose();
}
