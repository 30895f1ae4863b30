using Torch.Onnx.Program;

namespace Torch.Onnx.Pickle;

/// <summary>A storage named by a persistent id: <c>('storage', class, key, device, numel)</c>.</summary>
/// <param name="Key">Its file under <c>data/</c>.</param>
/// <param name="Type">Element type; unknown for an untyped storage.</param>
internal sealed record PickledStorage(string Key, ScalarType Type)
{
    public static PickledStorage From(object? id) =>
        id is object?[] and ["storage", PickledGlobal { Kind: PickledGlobal.Role.Storage or PickledGlobal.Role.UntypedStorage } type, string key, ..]
            ? new PickledStorage(key, type.Type)
            : throw new ExportedProgramException(ExportedProgramError.MalformedPickle, "the tensor file's pickle refers to something that is no storage");
}
