using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Platform.ProfilerWorker.Runs;

/// <summary>
/// Models that this host has fetched before, a file each, by organization and hash; the longest unused go when there are too
/// many bytes. Runs get copies: what runs a model never sees these files.
/// </summary>
internal sealed partial class StagedModels(IOptions<WorkerOptions> options, TimeProvider clock, ILogger<StagedModels> logger)
{
    private const int MostNames = 256;
    private const string Unfinished = ".part";

    private readonly Lock _lock = new();
    private readonly string _folder = Path.Combine(options.Value.WorkFolder, "models");

    /// <summary>Hashes of the models used last, those first.</summary>
    public IEnumerable<string> Names()
    {
        lock (_lock)
        {
            return [.. Files().OrderByDescending(file => file.LastWriteTimeUtc).Select(file => file.Name[(file.Name.LastIndexOf('-') + 1)..]).Distinct().Take(MostNames)];
        }
    }

    /// <summary>Copies a model, if it is here and whole.</summary>
    public async Task<bool> TakeAsync(string organization, string sha256, string path, CancellationToken cancellation)
    {
        string source = PathOf(organization, sha256);
        if (!File.Exists(source))
        {
            return false;
        }

        try
        {
            File.Copy(source, path, overwrite: true);
            File.SetLastWriteTimeUtc(source, clock.GetUtcNow().UtcDateTime);
            await using var copy = File.OpenRead(path);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(copy, cancellation)) == sha256)
            {
                return true;
            }

            Damaged(logger, sha256);
            File.Delete(source);
        }
        catch (IOException error)
        {
            NotTaken(logger, sha256, error);
        }

        return false;
    }

    /// <summary>Keeps a model that has just been fetched and checked. That it cannot be kept costs the next run a download.</summary>
    public void Keep(string organization, string sha256, string path)
    {
        string target = PathOf(organization, sha256);
        long size = new FileInfo(path).Length;
        if (sha256.Length == 0 || size > options.Value.StagedBytes)
        {
            return;
        }

        lock (_lock)
        {
            try
            {
                Directory.CreateDirectory(_folder);
                MakeRoom(size);
                File.Copy(path, target + Unfinished, overwrite: true);
                File.SetLastWriteTimeUtc(target + Unfinished, clock.GetUtcNow().UtcDateTime);
                File.Move(target + Unfinished, target, overwrite: true);
            }
            catch (IOException error)
            {
                NotKept(logger, sha256, error);
                File.Delete(target + Unfinished);
            }
        }
    }

    private string PathOf(string organization, string sha256) => Path.Combine(_folder, $"{Path.GetFileName(organization)}-{Path.GetFileName(sha256)}");

    private void MakeRoom(long size)
    {
        foreach (var left in new DirectoryInfo(_folder).EnumerateFiles("*" + Unfinished))
        {
            left.Delete();
        }

        long kept = 0;
        foreach (var file in Files().OrderByDescending(file => file.LastWriteTimeUtc))
        {
            kept += file.Length;
            if (kept + size > options.Value.StagedBytes)
            {
                file.Delete();
            }
        }
    }

    private IEnumerable<FileInfo> Files() => Directory.Exists(_folder) ? new DirectoryInfo(_folder).EnumerateFiles().Where(file => file.Extension != Unfinished) : [];

    [LoggerMessage(1, LogLevel.Warning, "The model {Sha256} kept on this host is damaged; it is fetched again")]
    private static partial void Damaged(ILogger logger, string sha256);

    [LoggerMessage(2, LogLevel.Warning, "The model {Sha256} kept on this host could not be copied; it is fetched again")]
    private static partial void NotTaken(ILogger logger, string sha256, Exception error);

    [LoggerMessage(3, LogLevel.Warning, "The model {Sha256} could not be kept on this host")]
    private static partial void NotKept(ILogger logger, string sha256, Exception error);
}
