namespace Runner.Step.Datasets;

/// <summary>A dataset opened for reading: tensors by name, each a list of samples.</summary>
internal interface IDatasetFile : IDisposable
{
    /// <summary>Tensors in the dataset's order.</summary>
    IReadOnlyList<DatasetTensor> Tensors { get; }

    /// <summary>The elements of one sample, little-endian and row-major.</summary>
    byte[] ReadSample(DatasetTensor tensor, long sample);
}

/// <summary>A tensor of a dataset.</summary>
/// <param name="Index">Position in the dataset.</param>
/// <param name="Name">Name.</param>
/// <param name="Dtype">numpy's name of the element type.</param>
/// <param name="ElementBytes">Bytes of an element.</param>
/// <param name="Shape">Shape of one sample.</param>
/// <param name="Samples">Number of samples.</param>
internal sealed record DatasetTensor(int Index, string Name, string Dtype, int ElementBytes, IReadOnlyList<long> Shape, long Samples)
{
    public long SampleBytes => Shape.Aggregate((long)ElementBytes, (bytes, dim) => checked(bytes * dim));
}
