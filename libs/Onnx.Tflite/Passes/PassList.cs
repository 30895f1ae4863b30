using Onnx.Tflite.Passes.Integer;

namespace Onnx.Tflite.Passes;

/// <summary>The passes in their order.</summary>
internal static class PassList
{
    public static IReadOnlyList<Pass> All { get; } =
    [
        new("fuse-gelu", FuseGeluPass.Run),
        new("fuse-hard-swish", FuseHardSwishPass.Run),
        new("simplify-reshape", (graph, _) => SimplifyReshapePass.Run(graph)),
        new("fold-affine", FoldAffinePass.Run),
        new("merge-slices", MergeSlicesPass.Run),
        new("write-out-erf", WriteOutErfPass.Run),
        new("fuse-activation", (graph, _) => FuseActivationPass.Run(graph)),
        new("zero-border", (graph, _) => ZeroBorderPass.Run(graph)),
        new("split-depthwise", SplitDepthwisePass.Run),
        new("nest-concatenations", (graph, _) => NestConcatenationsPass.Run(graph)),
        new("quantized-constants", QuantizedConstantsPass.Run),
        new("integer-operators", IntegerOperatorsPass.Run),
        new("quantize-io", QuantizeIoPass.Run),
        new("layout", LayoutPass.Run),
        new("merge-transpose-axes", MergeTransposeAxesPass.Run),
        new("limit-ranks", LimitRanksPass.Run),
        new("simplify-stored-reshape", (graph, _) => SimplifyReshapePass.Run(graph)),
        new("drop-reduced-axes", (graph, _) => DropReducedAxesPass.Run(graph)),
        new("check-versions", CheckVersionsPass.Run),
    ];
}
