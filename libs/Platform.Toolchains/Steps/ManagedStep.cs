namespace Platform.Toolchains.Steps;

/// <summary>A conversion that is our own code: no process, no network, no clock.</summary>
public abstract class ManagedStep
{
    /// <summary>What it does.</summary>
    public abstract StepDescription Description { get; }

    /// <summary>Converts. What cannot be exact is refused, never approximated.</summary>
    /// <param name="input">A model of the form that the description names.</param>
    /// <param name="context">Options and input specs of the job.</param>
    /// <exception cref="Onnx.Model.OnnxFormatException">The input is not readable.</exception>
    public abstract StepResult Run(ModelValue input, StepContext context);
}
