using Platform.Contracts.Runner.V1;

namespace Runner.Model.Runtimes;

/// <summary>A model opened with the runtime's own profiling on.</summary>
internal abstract class OperatorPass : IDisposable
{
    public abstract IReadOnlyList<TensorSpec> Inputs { get; }

    public abstract string RuntimeVersion { get; }

    /// <summary>Runs the model again and again on the same inputs.</summary>
    /// <returns>Every operator with its times, and the time of each whole iteration in microseconds.</returns>
    public abstract (IReadOnlyList<Operator> Operators, IReadOnlyList<double> Microseconds) Run(IReadOnlyList<TensorValue> inputs, int iterations);

    public abstract void Dispose();
}
