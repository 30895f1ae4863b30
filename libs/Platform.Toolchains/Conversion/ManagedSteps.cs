using Platform.Toolchains.ExportedPrograms;
using Platform.Toolchains.OnnxToOnnx;
using Platform.Toolchains.OnnxToTflite;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.Conversion;

/// <summary>The steps that are our own code. A new one is added here and nowhere else.</summary>
public static class ManagedSteps
{
    /// <summary>All managed steps, in the planner's order of preference.</summary>
    public static IReadOnlyList<ManagedStep> All { get; } = [new Pt2ToOnnxStep(), new OnnxToOnnxStep(), new OnnxToTfliteStep()];
}
