namespace Onnx.Model.Wire;

/// <summary>Protobuf wire types (protobuf.dev, "Encoding"); groups are not used by ONNX.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    StartGroup = 3,
    EndGroup = 4,
    Fixed32 = 5,
}
