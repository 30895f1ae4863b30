using Platform.Contracts.Runner.V1;

namespace Runner.Model.Runtimes;

/// <summary>A model that a runtime has loaded.</summary>
internal abstract class ModelSession : IDisposable
{
    public abstract IReadOnlyList<TensorSpec> Inputs { get; }

    public abstract IReadOnlyList<TensorSpec> Outputs { get; }

    public abstract string RuntimeVersion { get; }

    /// <summary>Runs one sample.</summary>
    /// <param name="inputs">One value for each input, in the model's order.</param>
    public abstract IReadOnlyList<TensorValue> Run(IReadOnlyList<TensorValue> inputs);

    /// <summary>Puts inputs in place for a run that is repeated.</summary>
    /// <param name="inputs">One value for each input, in the model's order; their memory must stay where it is until the run is disposed.</param>
    public abstract PreparedRun Prepare(IReadOnlyList<TensorValue> inputs);

    public abstract void Dispose();
}
