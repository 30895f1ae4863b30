namespace Platform.Toolchains.Inspection;

/// <summary>What a model file says of itself.</summary>
/// <param name="Form">What it really is.</param>
/// <param name="Inputs">Inputs, in the file's order.</param>
/// <param name="Outputs">Outputs, in the file's order.</param>
/// <param name="Metadata">Facts by name: versions, operator counts, parameters.</param>
public sealed record ModelFacts(ModelForm Form, IReadOnlyList<TensorFacts> Inputs, IReadOnlyList<TensorFacts> Outputs, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A graph input or output.</summary>
/// <param name="Name">Name.</param>
/// <param name="Shape">Dimensions; -1 where open.</param>
/// <param name="Dtype">numpy's name of the element type.</param>
/// <param name="Scale">Quantization scale; null when not quantized per tensor.</param>
/// <param name="ZeroPoint">Quantization zero point.</param>
public sealed record TensorFacts(string Name, IReadOnlyList<long> Shape, string Dtype, double? Scale = null, long? ZeroPoint = null)
{
    /// <summary>The graph it belongs to, in a file of several; empty elsewhere.</summary>
    public string Graph { get; init; } = "";
}

/// <summary>A file is not what it says it is.</summary>
/// <param name="message">What is wrong and where.</param>
/// <param name="code">Code of the catalogue.</param>
/// <param name="inner">The cause below.</param>
public sealed class InspectionException(string message, Contracts.Hub.V1.FailureCode code = Contracts.Hub.V1.FailureCode.ModelUnreadable, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Code of the catalogue.</summary>
    public Contracts.Hub.V1.FailureCode Code { get; } = code;
}
