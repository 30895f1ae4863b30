namespace Torch.Onnx.Program;

/// <summary>Element types; numbers as in the exported program's schema (not those of c10).</summary>
internal enum ScalarType
{
    Unknown = 0,
    Byte = 1,
    Char = 2,
    Short = 3,
    Int = 4,
    Long = 5,
    Half = 6,
    Float = 7,
    Double = 8,
    ComplexHalf = 9,
    ComplexFloat = 10,
    ComplexDouble = 11,
    Bool = 12,
    BFloat16 = 13,
    UInt16 = 28,
    Float8E4M3FN = 29,
    Float8E5M2 = 30,
    Float8E4M3FNUZ = 31,
    Float8E5M2FNUZ = 32,
    Float8E8M0FNU = 33,
    UInt32 = 34,
    UInt64 = 35,
}
