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

    public abstract void Dispose();
}
