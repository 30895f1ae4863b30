namespace Platform.Toolchains.Steps;

/// <summary>Sample inputs and what the source model gives for them: the truth that products are compared with.</summary>
/// <param name="Taken">What ran the source, e.g. <c>PyTorch 1.13.1</c>.</param>
/// <param name="Samples">One entry for each sample.</param>
public sealed record ReferenceSamples(string Taken, IReadOnlyList<ReferenceSample> Samples);

/// <summary>One sample.</summary>
/// <param name="Inputs">Inputs, in the model's order.</param>
/// <param name="Outputs">Outputs, in the model's order.</param>
public sealed record ReferenceSample(IReadOnlyList<ReferenceTensor> Inputs, IReadOnlyList<ReferenceTensor> Outputs);

/// <summary>A tensor in a file: elements little-endian and row-major.</summary>
/// <param name="Name">Name.</param>
/// <param name="Dtype">numpy's name of the element type.</param>
/// <param name="Shape">Shape.</param>
/// <param name="Path">The file.</param>
public sealed record ReferenceTensor(string Name, string Dtype, IReadOnlyList<long> Shape, string Path);
