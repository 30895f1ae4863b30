using Platform.Mounts;

namespace Platform.ProfilerWorker.Devices;

/// <summary>The onnxruntime-qnn package of this host, which the emulated devices run on.</summary>
/// <param name="Root">Its folder; empty where nothing is mounted.</param>
/// <param name="Problem">Why what is mounted cannot be used; empty when it can, or when nothing is.</param>
internal sealed record MountedQnn(string Root, string Problem)
{
    /// <summary>Looks where the settings say; a wheel is unpacked into the folder that build nodes of this user share.</summary>
    public static MountedQnn Find(WorkerOptions options)
    {
        if (QnnPackage.Locate(options.Qnn, options.Toolchains) is not { } place)
        {
            return new MountedQnn("", "");
        }

        try
        {
            return new MountedQnn(QnnPackage.Open(place, QnnPackage.UserCache).Root, "");
        }
        catch (MountException problem)
        {
            return new MountedQnn(place, problem.Message);
        }
    }
}
