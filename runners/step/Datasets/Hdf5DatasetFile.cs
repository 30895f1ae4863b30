using Platform.Contracts.Hub.V1;
using PureHDF;
using PureHDF.VOL.Native;

namespace Runner.Step.Datasets;

/// <summary>
/// AI Hub's HDF5 layout: group <c>data/K</c> for each tensor with the attributes order, name and batch_count, and in it a
/// dataset <c>batch_J</c> for each sample.
/// </summary>
internal sealed class Hdf5DatasetFile : IDatasetFile
{
    private readonly NativeFile _file;
    private readonly List<IH5Group> _groups = [];

    public Hdf5DatasetFile(string path)
    {
        _file = Guard(() => H5File.OpenRead(path));
        Tensors = Guard(ReadTensors);
    }

    public IReadOnlyList<DatasetTensor> Tensors { get; }

    public byte[] ReadSample(DatasetTensor tensor, long sample)
    {
        byte[] bytes = Guard(() =>
        {
            var dataset = _groups[tensor.Index].Dataset($"batch_{sample}");
            var shape = dataset.Space.Dimensions.Select(dim => (long)dim);
            if (!shape.SequenceEqual(tensor.Shape) || DtypeOf(dataset.Type) != tensor.Dtype)
            {
                throw new DatasetException(FailureCode.DatasetUnreadable, $"sample {sample} of '{tensor.Name}' has another shape or type than the first");
            }

            return dataset.Read<byte[]>();
        });
        return bytes.Length == tensor.SampleBytes ? bytes : throw new DatasetException(FailureCode.DatasetUnreadable, $"sample {sample} of '{tensor.Name}' has {bytes.Length} bytes");
    }

    public void Dispose() => _file.Dispose();

    // The reader reports damage with whatever its parsing ran into.
    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not DatasetException)
        {
            throw new DatasetException(FailureCode.DatasetUnreadable, $"the HDF5 file is damaged or not in AI Hub's layout: {error.Message}", error);
        }
    }

    private List<DatasetTensor> ReadTensors()
    {
        var groups = _file.Group("/data").Children().OfType<IH5Group>()
            .Select(group => (Group: group, Order: group.AttributeExists("order") ? group.Attribute("order").Read<long>() : long.Parse(group.Name, System.Globalization.CultureInfo.InvariantCulture)))
            .OrderBy(entry => entry.Order).Select(entry => entry.Group).ToList();
        var tensors = new List<DatasetTensor>();
        foreach (var group in groups)
        {
            string name = group.AttributeExists("name") ? group.Attribute("name").Read<string>() : group.Name;
            long samples = group.AttributeExists("batch_count") ? group.Attribute("batch_count").Read<long>() : group.Children().OfType<IH5Dataset>().LongCount();
            if (samples < 1)
            {
                throw new DatasetException(FailureCode.DatasetUnreadable, $"'{name}' has no samples");
            }

            var first = group.Dataset("batch_0");
            _groups.Add(group);
            tensors.Add(new DatasetTensor(tensors.Count, name, DtypeOf(first.Type), first.Type.Size, [.. first.Space.Dimensions.Select(dim => (long)dim)], samples));
        }

        return tensors;
    }

    private static string DtypeOf(IH5DataType type) => (type.Class, type.Size) switch
    {
        (H5DataTypeClass.FloatingPoint, 2) => "float16",
        (H5DataTypeClass.FloatingPoint, 4) => "float32",
        (H5DataTypeClass.FloatingPoint, 8) => "float64",
        (H5DataTypeClass.Enumerated, 1) => "bool",
        (H5DataTypeClass.FixedPoint, var size and (1 or 2 or 4 or 8)) => (type.FixedPoint.IsSigned ? "int" : "uint") + (size * 8),
        _ => throw new DatasetException(FailureCode.DatasetUnreadable, $"elements of HDF5 class {type.Class} with {type.Size} bytes are no tensor"),
    };
}
