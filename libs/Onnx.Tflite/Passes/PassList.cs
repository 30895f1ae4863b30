namespace Onnx.Tflite.Passes;

/// <summary>The passes in their order.</summary>
internal static class PassList
{
    public static IReadOnlyList<Pass> All { get; } =
    [
        new("write-out-erf", WriteOutErfPass.Run),
        new("layout", LayoutPass.Run),
        new("merge-transpose-axes", MergeTransposeAxesPass.Run),
        new("limit-ranks", LimitRanksPass.Run),
    ];
}
