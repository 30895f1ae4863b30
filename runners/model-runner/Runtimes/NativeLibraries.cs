using System.Runtime.InteropServices;

namespace Runner.Model.Runtimes;

/// <summary>Where a runtime's library is looked for: the request, an environment variable, the toolchains folder.</summary>
internal static class NativeLibraries
{
    /// <summary>Loads the library.</summary>
    /// <exception cref="RunnerException">It is nowhere, or it does not load.</exception>
    public static nint Load(string given, string variable, string folder, string fileName)
    {
        string path = Find(given, variable, folder, fileName)
            ?? throw new RunnerException("RUNTIME_MISSING", $"{fileName} was not found: set {variable}, or put it into {folder} of the toolchains folder (HUB_TOOLCHAINS)");
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException problem)
        {
            throw new RunnerException("RUNTIME_MISSING", $"{path} does not load: {problem.Message}", problem);
        }
        catch (BadImageFormatException problem)
        {
            throw new RunnerException("RUNTIME_MISSING", $"{path} is for another machine", problem);
        }
    }

    public static string? Find(string given, string variable, string folder, string fileName)
    {
        if (given.Length > 0)
        {
            return File.Exists(given) ? given : null;
        }

        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : null;
        }

        string? root = Environment.GetEnvironmentVariable("HUB_TOOLCHAINS");
        return root is null ? null : new[]
        {
            Path.Combine(root, folder, RuntimeInformation.RuntimeIdentifier, fileName),
            Path.Combine(root, folder, fileName),
        }.FirstOrDefault(File.Exists);
    }
}
