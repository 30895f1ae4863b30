using System.Diagnostics;
using Platform.Mounts;

namespace TestKit.Oracles;

/// <summary>The onnxruntime-qnn package: HUB_QNN_ROOT, else that of the shared material, unpacked once into the cache folder.</summary>
public static class QnnMaterial
{
    private const string Archive = "onnxruntime-qnn-2.7.0-linux-x64.tar.xz";

    /// <summary>Its folder; null where it is not to be had.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The program of this build that loads it.</summary>
    public static string Program { get; } = RepositoryRoot.Combine("artifacts", "bin", "Runner.QnnStep", new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name, "qnn-step");

    /// <summary>The folder; skips the test, saying what is missing, where there is none.</summary>
    public static string Require()
    {
        Assert.SkipUnless(Root is not null, "needs toolchains/qnn of the shared test material (HUB_SHARED) or HUB_QNN_ROOT");
        return Root!;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("HUB_QNN_ROOT") is { Length: > 0 } given)
        {
            return QnnPackage.Open(given, CacheFolder.Path).Root;
        }

        if (!OperatingSystem.IsLinux() || SharedMaterial.TryFind("toolchains", "qnn", Archive) is not { } packed)
        {
            return null;
        }

        return CacheFolder.Get($"qnn-{new FileInfo(packed).Length}", target =>
        {
            using var tar = Process.Start(new ProcessStartInfo("tar", ["-xJf", packed, "-C", target]))!;
            tar.WaitForExit();
            Assert.True(tar.ExitCode == 0, $"tar cannot unpack {packed}");
        });
    }
}
