namespace Onnx.Tflite.Passes;

/// <summary>The passes in their order.</summary>
internal static class PassList
{
    public static IReadOnlyList<Pass> All { get; } =
    [
        new("layout", LayoutPass.Run),
    ];
}
