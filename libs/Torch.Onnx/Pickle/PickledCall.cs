using Torch.Onnx.Program;

namespace Torch.Onnx.Pickle;

/// <summary>What the allowed globals make of their arguments.</summary>
internal static class PickledCall
{
    private const int TypePosition = 6;

    public static object? Run(object? callee, object?[] arguments) => (callee as PickledGlobal)?.Kind switch
    {
        PickledGlobal.Role.OrderedDict when arguments.Length == 0 => new PickledDictionary(),
        PickledGlobal.Role.RebuildTensor => Tensor(arguments, null),
        PickledGlobal.Role.RebuildTensorWithType when arguments.Length > TypePosition && arguments[TypePosition] is PickledGlobal { Kind: PickledGlobal.Role.Type } type =>
            Tensor(arguments, type.Type),
        PickledGlobal.Role.RebuildParameter when arguments is [PickledTensor tensor, ..] => tensor,
        _ => throw Malformed(),
    };

    private static PickledTensor Tensor(object?[] arguments, ScalarType? type) =>
        arguments is [PickledStorage storage, long offset, object?[] sizes, object?[] strides, ..] && (type ?? storage.Type) is var element && element != ScalarType.Unknown
            ? new PickledTensor(storage.Key, element, Numbers(sizes), Numbers(strides), offset)
            : throw Malformed();

    private static long[] Numbers(object?[] items) => Array.ConvertAll(items, item => item is long number ? number : throw Malformed());

    private static ExportedProgramException Malformed() =>
        new(ExportedProgramError.MalformedPickle, "the tensor file's pickle calls a function with arguments that make no tensor");
}
