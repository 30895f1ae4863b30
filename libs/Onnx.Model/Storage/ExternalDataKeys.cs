using System.Globalization;

namespace Onnx.Model;

/// <summary>Parses the key-value list that places a tensor's data outside the model file.</summary>
internal static class ExternalDataKeys
{
    public static ExternalDataInfo Parse(string tensor, IDictionary<string, string> keys)
    {
        if (!keys.TryGetValue("location", out string? location))
        {
            throw new OnnxFormatException(OnnxFormatError.ExternalDataMissing, $"tensor {tensor} is external but names no location");
        }

        return new ExternalDataInfo(location, Number(tensor, keys, "offset") ?? 0, Number(tensor, keys, "length"));
    }

    private static long? Number(string tensor, IDictionary<string, string> keys, string key)
    {
        if (!keys.TryGetValue(key, out string? text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new OnnxFormatException(OnnxFormatError.ExternalDataOutOfRange, $"tensor {tensor}: external {key} is '{text}'");
    }
}
