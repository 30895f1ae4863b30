using Onnx.Model;

namespace Torch.Onnx.Emission;

/// <summary>A set of element types.</summary>
/// <param name="Bits">One bit for each type's number.</param>
internal readonly record struct TypeSet(uint Bits)
{
    public static TypeSet Of(params ReadOnlySpan<DataType> types)
    {
        uint bits = 0;
        foreach (var type in types)
        {
            bits |= 1u << (int)type;
        }

        return new TypeSet(bits);
    }

    public bool Contains(DataType type) => (Bits & (1u << (int)type)) != 0;

    public static TypeSet operator +(TypeSet left, TypeSet right) => new(left.Bits | right.Bits);
}
