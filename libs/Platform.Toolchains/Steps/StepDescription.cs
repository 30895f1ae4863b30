namespace Platform.Toolchains.Steps;

/// <summary>What a step does and where: from one model form to another.</summary>
/// <param name="Name">Stable name, e.g. <c>onnx-to-tflite</c>.</param>
/// <param name="Version">Version of the converter behind it; part of the conversion cache's key.</param>
/// <param name="From">Form it reads.</param>
/// <param name="To">Form it writes.</param>
/// <param name="Host">Where it runs.</param>
public sealed record StepDescription(string Name, string Version, ModelForm From, ModelForm To, StepHost Host);
