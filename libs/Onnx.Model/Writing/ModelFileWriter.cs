namespace Onnx.Model.Writing;

/// <summary>Writes a model to a file, with one external data file beside it where the weights do not fit.</summary>
internal static class ModelFileWriter
{
    private const long DefaultThreshold = 1024;

    // ONNX advises page alignment so that readers can map the data.
    private const long Alignment = 4096;

    public static void Save(ModelProto model, string path, long? threshold)
    {
        var tensors = GraphWalk.Tensors(model).ToList();
        var saved = tensors.ConvertAll(tensor => tensor.External);
        try
        {
            tensors.ForEach(tensor => tensor.External = null);
            var lengths = threshold is null ? ModelWriter.Lengths(model) : null;
            if (lengths is null || lengths[0] > int.MaxValue)
            {
                MoveOut(tensors, path + ".data", threshold ?? DefaultThreshold);
                lengths = ModelWriter.Lengths(model);
            }

            Replace(path, stream => ModelWriter.Write(model, lengths, stream));
        }
        finally
        {
            for (int i = 0; i < tensors.Count; i++)
            {
                tensors[i].External = saved[i];
            }
        }
    }

    private static void MoveOut(List<TensorProto> tensors, string path, long threshold)
    {
        var large = tensors.FindAll(tensor => tensor.Strings is null && tensor.Data.Length >= threshold);
        if (large.Count == 0)
        {
            return;
        }

        Replace(path, stream =>
        {
            foreach (var tensor in large)
            {
                stream.Position = (stream.Position + Alignment - 1) / Alignment * Alignment;
                tensor.External = new ExternalDataInfo(Path.GetFileName(path), stream.Position, tensor.Data.Length);
                tensor.Data.CopyTo(stream);
            }
        });
    }

    // The source may be mapped from the very file that is replaced: write beside it, then rename over it.
    private static void Replace(string path, Action<FileStream> write)
    {
        string temporary = path + ".tmp";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            write(stream);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
