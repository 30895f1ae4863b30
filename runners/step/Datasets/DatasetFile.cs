using Platform.Contracts.Hub.V1;

namespace Runner.Step.Datasets;

/// <summary>Opens datasets by their content.</summary>
internal static class DatasetFile
{
    public static IDatasetFile Open(string path)
    {
        var head = new byte[8];
        using (var stream = File.OpenRead(path))
        {
            stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }

        IDatasetFile file = head switch
        {
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => new Hdf5DatasetFile(path),
            [(byte)'P', (byte)'K', ..] => new NpzDatasetFile(path),
            _ => throw new DatasetException(FailureCode.DatasetUnreadable, $"{Path.GetFileName(path)} is neither an HDF5 file nor an .npz archive"),
        };
        Check(file);
        return file;
    }

    private static void Check(IDatasetFile file)
    {
        if (file.Tensors.Count == 0)
        {
            throw new DatasetException(FailureCode.DatasetUnreadable, "the dataset holds no tensors");
        }

        if (file.Tensors.GroupBy(tensor => tensor.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new DatasetException(FailureCode.DatasetUnreadable, $"the dataset holds '{twice.Key}' twice");
        }

        if (file.Tensors.Select(tensor => tensor.Samples).Distinct().Count() > 1)
        {
            string counts = string.Join(", ", file.Tensors.Select(tensor => $"'{tensor.Name}' has {tensor.Samples}"));
            throw new DatasetException(FailureCode.DatasetSamplesUnequal, $"the tensors have different numbers of samples: {counts}");
        }
    }
}
