namespace Onnx.Tflite.Lowering;

/// <summary>Operators that give the same elements another shape.</summary>
internal static class ReshapeLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Identity", n => n.Out(0, n.In(0))) { Types = "all", Builtins = "none" },
        new("Reshape", Reshape) { Types = "all", Builtins = "RESHAPE" },
        new("Flatten", n => n.Out(0, n.B.Reshape(n.In(0), n.OutShape(0)))) { Types = "all", Builtins = "RESHAPE" },
    ];

    private static void Reshape(LoweringNode n) => n.Out(0, n.B.Reshape(n.In(0), n.OutShape(0)));
}
