using System.ComponentModel.DataAnnotations;

namespace Platform.Compiler;

/// <summary>Settings of a build node (configuration section <c>Compiler</c>).</summary>
internal sealed class CompilerOptions
{
    /// <summary>Name that operators see; the machine's name by default.</summary>
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>Identity that survives restarts; the name by default.</summary>
    public string NodeId { get; set; } = "";

    /// <summary>Jobs at once; 0 for half of the processors, at least one.</summary>
    [Range(0, 1024)]
    public int Slots { get; set; }

    /// <summary>Folder of jobs at work; emptied at start.</summary>
    [Required]
    public string WorkFolder { get; set; } = "/var/lib/hub/work";

    /// <summary>bubblewrap, or none when all models are trusted.</summary>
    [Required]
    public string Sandbox { get; set; } = "bubblewrap";

    /// <summary>Folder that holds the runner programs, each in a folder of its own.</summary>
    [Required]
    public string Runners { get; set; } = Path.Combine(AppContext.BaseDirectory, "runners");

    /// <summary>The Python that has torch.</summary>
    public string Python { get; set; } = Environment.GetEnvironmentVariable("HUB_PYTHON") ?? "/usr/bin/python3";

    /// <summary>libLiteRt.so; empty to look in the toolchains folder.</summary>
    public string LiteRt { get; set; } = Environment.GetEnvironmentVariable("HUB_LITERT_LIB") ?? "";

    /// <summary>libtensorflowlite_c.so; empty to look in the toolchains folder.</summary>
    public string Tflite { get; set; } = Environment.GetEnvironmentVariable("HUB_TFLITE_LIB") ?? "";

    /// <summary>The onnxruntime-qnn package, folder or wheel; empty to look in the toolchains folder.</summary>
    public string Qnn { get; set; } = Environment.GetEnvironmentVariable("HUB_QNN_ROOT") ?? "";

    /// <summary>The QAIRT SDK; empty to look in the toolchains folder.</summary>
    public string Qairt { get; set; } = Environment.GetEnvironmentVariable("HUB_QAIRT_ROOT") ?? "";

    /// <summary>Folder of libraries that operators bring.</summary>
    public string Toolchains { get; set; } = Environment.GetEnvironmentVariable("HUB_TOOLCHAINS") ?? "";

    /// <summary>Lock file between steps and measurements on this machine; empty for none.</summary>
    public string Gate { get; set; } = "";

    public string Id => NodeId.Length > 0 ? NodeId : Name;

    public int SlotCount => Slots > 0 ? Slots : Math.Max(1, Environment.ProcessorCount / 2);
}
