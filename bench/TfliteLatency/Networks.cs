namespace TfliteLatency;

/// <summary>The networks that are measured. The constant is the ratio that the better of two other converters reaches, measured elsewhere.</summary>
internal static class Networks
{
    public static IReadOnlyList<(string Name, double Constant)> All { get; } =
    [
        ("efficientnet_b0", 0.74),
        ("mobilenet_v2", 0.83),
        ("shufflenet_v2_x1_0", 0.70),
        ("regnet_y_400mf", 0.50),
        ("squeezenet1_1", 0.70),
        ("mobilenet_v3_small", 0.74),
        ("resnet18", 0.81),
        ("resnet50", 1.04),
        ("googlenet", 0.73),
        ("densenet121", 0.96),
        ("convnext_tiny", 1.13),
        ("vit_b_16", 0.94),
        ("swin_t", 0.83),
    ];
}
