using System.Globalization;
using Microsoft.Extensions.Options;

namespace Platform.ProfilerWorker.Devices;

/// <summary>
/// The highest device epochs that this host has seen, in files: a database restored from a backup must not hand out an
/// epoch that was used already (architecture L5).
/// </summary>
internal sealed class HostMemory(IOptions<WorkerOptions> options)
{
    private readonly Lock _lock = new();

    public long EpochOf(string deviceId)
    {
        lock (_lock)
        {
            string path = PathOf(deviceId);
            return File.Exists(path) && long.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out long epoch) ? epoch : 0;
        }
    }

    public void Saw(string deviceId, long epoch)
    {
        lock (_lock)
        {
            if (epoch <= EpochOf(deviceId))
            {
                return;
            }

            string path = PathOf(deviceId);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path + ".new", epoch.ToString(CultureInfo.InvariantCulture));
            File.Move(path + ".new", path, overwrite: true);
        }
    }

    private string PathOf(string deviceId) => Path.Combine(options.Value.WorkFolder, "epochs", deviceId);
}
