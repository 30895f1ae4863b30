using System.Diagnostics;
using System.Security.Cryptography;
using Platform.Runners;

namespace TestKit.Oracles;

/// <summary>The runtimes that judge: LiteRT of the shared material, TensorFlow Lite 2.9.0 out of an npm package.</summary>
public static class RuntimeLibraries
{
    private const string TflitePackage = "tfjs-tflite-node@0.0.2";
    private const string TfliteSha256 = "dc89b4cd86d956516570bd483668e6dd98907f49901d0567dedc69a29a56b7f7";

    /// <summary>libLiteRt.so; null where neither HUB_LITERT_LIB nor the shared material has it.</summary>
    public static string? LiteRt { get; } = FindLiteRt();

    /// <summary>libtensorflowlite_c.so; null where it cannot be had.</summary>
    public static string? Tflite { get; } = FindTflite();

    /// <summary>The model runner of this build.</summary>
    public static RunnerProgram ModelRunner { get; } = new(
        RepositoryRoot.Combine("artifacts", "bin", "Runner.Model", Configuration(), "model-runner"),
        new Dictionary<string, string> { ["HUB_LITERT_LIB"] = LiteRt ?? "", ["HUB_TFLITE_LIB"] = Tflite ?? "", ["HUB_QNN_ROOT"] = QnnMaterial.Root ?? "" });

    public static void RequireLiteRt() => Assert.SkipUnless(LiteRt is not null, "needs toolchains/litert of the shared test material (HUB_SHARED) or HUB_LITERT_LIB");

    public static void RequireTflite() => Assert.SkipUnless(Tflite is not null, $"needs the npm package {TflitePackage} or HUB_TFLITE_LIB");

    private static string Configuration() => new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name;

    private static string? FindLiteRt()
    {
        if (Environment.GetEnvironmentVariable("HUB_LITERT_LIB") is { Length: > 0 } given)
        {
            return File.Exists(given) ? given : null;
        }

        if (SharedMaterial.TryFind("toolchains", "litert", "linux-x64", "libLiteRt.so.xz") is not { } packed)
        {
            return null;
        }

        string folder = CacheFolder.Get($"litert-{new FileInfo(packed).Length}", target =>
        {
            File.Copy(packed, System.IO.Path.Combine(target, "libLiteRt.so.xz"));
            Run("xz", ["-d", System.IO.Path.Combine(target, "libLiteRt.so.xz")], target);
        });
        return System.IO.Path.Combine(folder, "libLiteRt.so");
    }

    private static string? FindTflite()
    {
        if (Environment.GetEnvironmentVariable("HUB_TFLITE_LIB") is { Length: > 0 } given)
        {
            return File.Exists(given) ? given : null;
        }

        try
        {
            string folder = CacheFolder.Get("tflite-2.9.0", target =>
            {
                Run("npm", ["pack", TflitePackage, "--silent"], target);
                Run("tar", ["xzf", "tfjs-tflite-node-0.0.2.tgz", "package/cc_deps/linux_amd64/libtensorflowlite_c.so"], target);
                File.Delete(System.IO.Path.Combine(target, "tfjs-tflite-node-0.0.2.tgz"));
            });
            string file = System.IO.Path.Combine(folder, "package", "cc_deps", "linux_amd64", "libtensorflowlite_c.so");
            using var stream = File.OpenRead(file);
            return Convert.ToHexStringLower(SHA256.HashData(stream)) == TfliteSha256 ? file : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static void Run(string program, string[] arguments, string folder)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{program} failed with {process.ExitCode}");
            }
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new InvalidOperationException($"{program} is not installed", problem);
        }
    }
}
