namespace Torch.Onnx.Program;

/// <summary>What the program records about one tensor.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Sizes">Sizes.</param>
/// <param name="Strides">Strides in elements, as long as the sizes.</param>
/// <param name="StorageOffset">First element in its storage.</param>
/// <param name="Layout">Memory layout; <see cref="StridedLayout"/> is the only dense one.</param>
internal sealed record TensorMeta(ScalarType Type, SymInt[] Sizes, SymInt[] Strides, SymInt StorageOffset, int Layout)
{
    public const int StridedLayout = 7;

    public int Rank => Sizes.Length;
}
