namespace Onnx.Model.Reading;

/// <summary>The typed data fields of a tensor (onnx.proto: which field serves which data type).</summary>
internal enum TypedField
{
    None,
    Float,
    Int32,
    Int64,
    Double,
    UInt64,
}
