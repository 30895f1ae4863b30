using Platform.Contracts.Node.V1;
using Platform.Sandbox;

namespace Platform.Compiler.Work;

/// <summary>An assignment's limits in the sandbox's terms.</summary>
internal static class WorkLimits
{
    public static SandboxLimits Of(Limits limits) =>
        new(TimeSpan.FromSeconds(limits.WallSeconds), (long)limits.MemoryBytes, (long)limits.OutputBytes, (long)limits.LogBytes) { Cpu = TimeSpan.FromSeconds(limits.CpuSeconds) };
}
