namespace Platform.ProfilerWorker.Inference;

/// <summary>Element types as numpy names them.</summary>
internal static class Tensors
{
    /// <summary>Bytes of an element; null for a type that no runner gives.</summary>
    public static int? SizeOf(string dtype) => dtype switch
    {
        "float64" or "int64" or "uint64" => 8,
        "float32" or "int32" or "uint32" => 4,
        "float16" or "int16" or "uint16" => 2,
        "int8" or "uint8" or "bool" => 1,
        _ => null,
    };
}
