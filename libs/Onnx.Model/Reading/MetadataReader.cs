using Onnx.Model.Wire;

namespace Onnx.Model.Reading;

/// <summary>Reads entries of string maps (<c>StringStringEntryProto</c>); a key that comes twice keeps its last value.</summary>
internal static class MetadataReader
{
    public static IDictionary<string, string> Add(IDictionary<string, string> map, WireReader reader, ReadContext context)
    {
        if (map.IsReadOnly)
        {
            map = new Dictionary<string, string>(StringComparer.Ordinal);
        }

        string key = "";
        string value = "";
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: key = reader.ReadText(context.Pool); break;
                case 2: value = reader.ReadLooseText(); break;
                default: reader.Skip(); break;
            }
        }

        map[key] = value;
        return map;
    }
}
