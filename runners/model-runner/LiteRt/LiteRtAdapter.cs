using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.LiteRt;

/// <summary>LiteRT 2.x on the CPU.</summary>
internal sealed class LiteRtAdapter : RuntimeAdapter
{
    // The library has no function that tells its version; this is what the supported C API belongs to.
    private const string Version = "2.x";

    public override Platform.Contracts.Runner.V1.Runtime Kind => Platform.Contracts.Runner.V1.Runtime.Litert;

    public override RuntimeVersion Probe(Settings settings)
    {
        LiteRtLibrary.Load(settings.Library);
        return new RuntimeVersion { Runtime = Kind, Version = Version, Library = NativeLibraries.Find(settings.Library, "HUB_LITERT_LIB", "litert", "libLiteRt.so") ?? "" };
    }

    public override ModelSession Open(string path, Settings settings, IReadOnlyList<string> extraOutputs)
    {
        if (extraOutputs.Count > 0)
        {
            throw new RunnerException("MODEL_LOAD_FAILED", "LiteRT gives no inner values; the caller adds them to the model file");
        }

        return LiteRtSession.Open(LiteRtLibrary.Load(settings.Library), path, settings, Version);
    }

    public override OperatorPass OpenProfiled(string path, Settings settings)
    {
        var library = LiteRtLibrary.Load(settings.Library);
        return new LiteRtOperatorPass(library, LiteRtSession.Open(library, path, settings, Version, profiled: true));
    }
}
