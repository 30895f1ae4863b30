namespace Torch.Onnx.Program;

/// <summary>A node of a Python structure (pytree); a leaf has no children keys and <see cref="IsLeaf"/> set.</summary>
/// <param name="IsLeaf">Whether it stands for one value.</param>
/// <param name="Keys">Dictionary keys, field names or indices, one for each child.</param>
/// <param name="Children">Children.</param>
internal sealed record TreeSpec(bool IsLeaf, string[] Keys, TreeSpec[] Children)
{
    public static TreeSpec Leaf { get; } = new(true, [], []);
}
