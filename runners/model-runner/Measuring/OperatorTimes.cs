using Platform.Contracts.Runner.V1;

namespace Runner.Model.Measuring;

/// <summary>One operator's time in one iteration.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="Type">Operator.</param>
/// <param name="Delegate">Who ran it: XNNPACK, CPUExecutionProvider ...; empty for the runtime's own kernels.</param>
/// <param name="ComputeUnit">CPU, GPU or NPU: the unit that really ran it.</param>
/// <param name="Microseconds">Time.</param>
internal sealed record OperatorTime(string Name, string Type, string Delegate, string ComputeUnit, double Microseconds);

/// <summary>Collects times of operators over iterations; an operator is known by its place in the run order.</summary>
internal sealed class OperatorTimes
{
    private readonly List<(OperatorTime First, List<double> Microseconds)> _operators = [];

    public void Add(IReadOnlyList<OperatorTime> iteration)
    {
        for (int i = 0; i < iteration.Count; i++)
        {
            if (i == _operators.Count)
            {
                _operators.Add((iteration[i], []));
            }

            _operators[i].Microseconds.Add(iteration[i].Microseconds);
        }
    }

    public IReadOnlyList<Operator> ToOperators() => [.. _operators.Select(entry => new Operator
    {
        Name = entry.First.Name,
        Type = entry.First.Type,
        Delegate = entry.First.Delegate,
        ComputeUnit = entry.First.ComputeUnit,
        Microseconds = entry.Microseconds.Min(),
        MeanMicroseconds = entry.Microseconds.Average(),
        Calls = entry.Microseconds.Count,
    })];
}
