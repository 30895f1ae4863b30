using Torch.Onnx.Program;

namespace Torch.Onnx.ProgramJson;

/// <summary>One raw weight: its file and what it holds.</summary>
/// <param name="PathName">File name in the weights' or constants' folder.</param>
/// <param name="UsesPickle">Whether the file is a pickled object instead of raw bytes.</param>
/// <param name="Meta">The tensor; null when not recorded.</param>
internal sealed record WeightConfig(string PathName, bool UsesPickle, TensorMeta? Meta);

/// <summary>Reads <c>NAME_weights_config.json</c> and <c>NAME_constants_config.json</c>: <c>{"config": {fqn: entry}}</c>.</summary>
internal static class WeightsConfigReader
{
    public static List<(string Name, WeightConfig Config)> Read(ReadOnlySpan<byte> json)
    {
        var entries = new List<(string, WeightConfig)>();
        var cursor = new JsonCursor(json, new StringPool());
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (!cursor.NameIs("config"u8))
            {
                cursor.Skip();
                continue;
            }

            cursor.ExpectObject();
            while (cursor.NextProperty())
            {
                entries.Add((cursor.Name, Entry(ref cursor)));
            }
        }

        return entries;
    }

    private static WeightConfig Entry(ref JsonCursor cursor)
    {
        string path = "";
        bool usesPickle = false;
        TensorMeta? meta = null;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("path_name"u8))
            {
                path = cursor.Text();
            }
            else if (cursor.NameIs("use_pickle"u8) && !cursor.IsNull)
            {
                usesPickle = cursor.Bool();
            }
            else if (cursor.NameIs("tensor_meta"u8) && !cursor.IsNull)
            {
                meta = TensorMetaReader.Read(ref cursor);
            }
            else
            {
                cursor.Skip();
            }
        }

        return new WeightConfig(path, usesPickle, meta);
    }
}
