namespace Platform.Runners;

/// <summary>What a source model that cannot be run here gave for some inputs, recorded where it could be run.</summary>
/// <param name="Taken">What ran it, e.g. <c>PyTorch 1.13.1</c>.</param>
/// <param name="Samples">One entry for each input set; all have the same names, types and shapes.</param>
public sealed record RecordedSamples(string Taken, IReadOnlyList<RecordedSample> Samples);

/// <summary>One sample.</summary>
/// <param name="Inputs">Inputs, in the model's order.</param>
/// <param name="Outputs">Outputs, in the model's order.</param>
public sealed record RecordedSample(IReadOnlyList<RecordedTensor> Inputs, IReadOnlyList<RecordedTensor> Outputs);

/// <summary>A tensor in a file: elements little-endian and row-major.</summary>
/// <param name="Name">Name.</param>
/// <param name="Dtype">numpy's name of the element type.</param>
/// <param name="Shape">Shape.</param>
/// <param name="Path">The file.</param>
public sealed record RecordedTensor(string Name, string Dtype, IReadOnlyList<long> Shape, string Path);
