using System.Globalization;
using System.Runtime.InteropServices;
using Platform.Contracts.Runner.V1;
using PureHDF;
using PureHDF.Filters;
using PureHDF.VOL.Native;

namespace Runner.Step.Datasets;

/// <summary>Writes AI Hub's HDF5 layout, as its own client reads it: variable-length names, scalar attributes, gzip.</summary>
internal static class Hdf5DatasetWriter
{
    public static void Write(string path, IReadOnlyList<TensorFile> tensors)
    {
        var data = new H5Group();
        for (int i = 0; i < tensors.Count; i++)
        {
            data[i.ToString(CultureInfo.InvariantCulture)] = Group(tensors[i], i);
        }

        new H5File { ["data"] = data }.Write(path);
    }

    private static H5Group Group(TensorFile tensor, int order)
    {
        var group = new H5Group { Attributes = { ["order"] = (long)order, ["name"] = tensor.Spec.Name, ["batch_count"] = (long)tensor.Samples } };
        using var source = File.OpenRead(tensor.Path);
        for (int sample = 0; sample < tensor.Samples; sample++)
        {
            var shape = tensor.Shapes.Count > 0 ? tensor.Shapes[sample].Dims : tensor.Spec.Shape;
            group[$"batch_{sample}"] = Dataset(source, tensor.Spec.Dtype, [.. shape.Select(dim => (ulong)dim)]);
        }

        return group;
    }

    private static H5Dataset Dataset(FileStream source, string dtype, ulong[] shape)
    {
        int count = checked((int)shape.Aggregate(1UL, (product, dim) => checked(product * dim)));
        Array elements = dtype switch
        {
            "float32" => Read<float>(source, count),
            "float64" => Read<double>(source, count),
            "float16" => Read<Half>(source, count),
            "bool" => Read<NumpyBool>(source, count),
            "int8" => Read<sbyte>(source, count),
            "int16" => Read<short>(source, count),
            "int32" => Read<int>(source, count),
            "int64" => Read<long>(source, count),
            "uint8" => Read<byte>(source, count),
            "uint16" => Read<ushort>(source, count),
            "uint32" => Read<uint>(source, count),
            "uint64" => Read<ulong>(source, count),
            _ => throw new NotSupportedException($"elements of type {dtype} have no place in a dataset"),
        };

        // The client cannot write scalars, and a chunk may not be empty.
        if (shape.Length == 0 || count == 0)
        {
            return new H5Dataset(elements, fileDims: shape.Length == 0 ? [1] : shape);
        }

        return new H5Dataset(elements, chunks: [.. shape.Select(dim => (uint)dim)], fileDims: shape, datasetCreation: new H5DatasetCreation(Filters: [new H5Filter(DeflateFilter.Id)]));
    }

    private static T[] Read<T>(FileStream source, int count)
        where T : unmanaged
    {
        var elements = new T[count];
        source.ReadExactly(MemoryMarshal.AsBytes(elements.AsSpan()));
        return elements;
    }

    /// <summary>How h5py writes a boolean: an enumeration of these two names over a signed byte.</summary>
    private enum NumpyBool : sbyte
    {
        FALSE = 0,
        TRUE = 1,
    }
}
