using Torch.Onnx.Emission;
using Torch.Onnx.Program;
using Torch.Onnx.Tensors;

namespace Torch.Onnx.Lowering;

/// <summary>Weights as values.</summary>
internal static class WeightValues
{
    /// <summary>
    /// A stored tensor as a constant. A dimension of stride 0 (an expanded tensor) is stored once and expanded at run
    /// time: a file of a few bytes must not become gigabytes.
    /// </summary>
    public static Value Create(OnnxBuilder b, StoredTensor stored, string name)
    {
        long[] sizes = [.. stored.Sizes];
        bool isExpanded = false;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (stored.Strides[i] == 0 && sizes[i] > 1)
            {
                sizes[i] = 1;
                isExpanded = true;
            }
        }

        var compact = isExpanded
            ? StoredTensor.Create(name, stored.Storage, stored.StorageKey, stored.Type, sizes, stored.Strides, stored.Offset)
            : stored;
        CheckOverlap(compact, name);
        var value = new Value(stored.Type.Carrier()) { Name = name, Content = ConstantTensor.From(compact) };
        if (!isExpanded)
        {
            return value;
        }

        long[] shape = stored.Type.IsComplex() ? [.. stored.Sizes, 2] : stored.Sizes;
        return b.Expand(value, b.Constants.Integers(shape));
    }

    // Overlapping windows of a small storage may claim any size.
    private static void CheckOverlap(StoredTensor stored, string name)
    {
        const long Allowance = 1 << 20;
        long count = stored.Sizes.Aggregate(1L, (product, size) => checked(product * size));
        if (count * stored.Type.Size() > Allowance + (2 * stored.Storage.Length))
        {
            throw new ExportedProgramException(
                ExportedProgramError.TensorOutOfRange, $"tensor {name} shows its {stored.Storage.Length} stored bytes as {count * stored.Type.Size()}: clone it before export");
        }
    }
}
