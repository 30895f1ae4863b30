using Torch.Onnx.Program;

namespace Torch.Onnx.Pickle;

/// <summary>A tensor as the pickle describes it; not yet checked against its storage.</summary>
/// <param name="StorageKey">The storage's file under <c>data/</c>.</param>
/// <param name="Type">Element type.</param>
/// <param name="Sizes">Sizes.</param>
/// <param name="Strides">Strides in elements.</param>
/// <param name="Offset">First element.</param>
internal sealed record PickledTensor(string StorageKey, ScalarType Type, long[] Sizes, long[] Strides, long Offset);
