using System.ComponentModel.DataAnnotations;

namespace Platform.ProfilerWorker;

/// <summary>Settings of a farm host (configuration section <c>Worker</c>).</summary>
internal sealed class WorkerOptions
{
    /// <summary>Name that operators see; the machine's name by default.</summary>
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>Identity that survives restarts; the name by default.</summary>
    public string HostId { get; set; } = "";

    /// <summary>Folder of runs at work, emptied at start, and of what the host remembers.</summary>
    [Required]
    public string WorkFolder { get; set; } = "/var/lib/hub/runs";

    /// <summary>bubblewrap, or none when all models are trusted.</summary>
    [Required]
    public string Sandbox { get; set; } = "bubblewrap";

    /// <summary>Folder that holds the runner programs, each in a folder of its own.</summary>
    [Required]
    public string Runners { get; set; } = Path.Combine(AppContext.BaseDirectory, "runners");

    /// <summary>libLiteRt.so; empty to look in the toolchains folder.</summary>
    public string LiteRt { get; set; } = Environment.GetEnvironmentVariable("HUB_LITERT_LIB") ?? "";

    /// <summary>libtensorflowlite_c.so; empty to look in the toolchains folder.</summary>
    public string Tflite { get; set; } = Environment.GetEnvironmentVariable("HUB_TFLITE_LIB") ?? "";

    /// <summary>The onnxruntime-qnn package, a folder or a wheel; empty to look in the toolchains folder.</summary>
    public string Qnn { get; set; } = Environment.GetEnvironmentVariable("HUB_QNN_ROOT") ?? "";

    /// <summary>Chips whose Hexagon processor is emulated where that package is mounted: NAME=NUMBER each, the vendor's soc_model number.</summary>
    public IReadOnlyList<string> Emulators { get; set; } = ["SM8550=43", "SM8650=57", "SM8750=69", "SC8380XP=60"];

    /// <summary>Simulated devices: they run models on this machine's processor, are labelled, and are there to try a farm out.</summary>
    [Range(0, 1000)]
    public int Simulated { get; set; }

    /// <summary>Folder of pulled plugs: a simulated device is not reached while a file of its id lies there. Empty for none.</summary>
    public string Unplugged { get; set; } = "";

    /// <summary>Families that this machine's processor belongs to, e.g. <c>Rack 7 (Family)</c>: jobs that ask for one take any member.</summary>
    public IReadOnlyList<string> Families { get; set; } = [];

    /// <summary>Bytes of models that are kept beside the runs, so that the next run of one need not fetch it again; 0 keeps none.</summary>
    [Range(0, long.MaxValue)]
    public long StagedBytes { get; set; } = 8L << 30;

    /// <summary>Folder of libraries that operators bring.</summary>
    public string Toolchains { get; set; } = Environment.GetEnvironmentVariable("HUB_TOOLCHAINS") ?? "";

    /// <summary>Lock file between measurements and everything else that loads this machine; empty for none.</summary>
    public string Gate { get; set; } = "";

    /// <summary>How long a measurement waits for a quiet machine before it goes ahead and says that it was contended.</summary>
    public TimeSpan GatePatience { get; set; } = TimeSpan.FromSeconds(120);

    public string Id => HostId.Length > 0 ? HostId : Name;
}
