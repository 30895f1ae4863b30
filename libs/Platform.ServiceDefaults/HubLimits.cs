using Platform.Budgets;

namespace Platform.ServiceDefaults;

/// <summary>Sizes, times and counts that bound the hub: the one source that options, validators, tests and docs/limits.md read.</summary>
[DataTable("The table of limits: one row a limit.")]
public static class HubLimits
{
    /// <summary>Largest model file.</summary>
    public static readonly Limit ModelBytes = new("model_bytes", 32L << 30, "bytes", "Largest model file or archive.");

    /// <summary>Largest dataset file.</summary>
    public static readonly Limit DatasetBytes = new("dataset_bytes", 16L << 30, "bytes", "Largest dataset file.");

    /// <summary>Largest product of a job.</summary>
    public static readonly Limit OutputBytes = new("output_bytes", 32L << 30, "bytes", "Largest file that a job may produce.");

    /// <summary>Largest log of an attempt.</summary>
    public static readonly Limit LogBytes = new("log_bytes", 1L << 20, "bytes", "Log kept of one attempt; the rest is cut with a notice.");

    /// <summary>Size of an upload's parts.</summary>
    public static readonly Limit PartBytes = new("part_bytes", 16L << 20, "bytes", "Size of every part of an upload but the last.");

    /// <summary>Free disk that uploads leave alone.</summary>
    public static readonly Limit DiskReserveBytes = new("disk_reserve_bytes", 512L << 20, "bytes", "Free disk space that no upload may take: the store needs it to go on.");

    /// <summary>Life of an unfinished upload.</summary>
    public static readonly Limit UploadHours = new("upload_hours", 24, "hours", "An upload that is not completed by then is removed.");

    /// <summary>Life of a dataset.</summary>
    public static readonly Limit DatasetDays = new("dataset_days", 30, "days", "A dataset expires so long after its upload, as AI Hub's do.");

    /// <summary>Life of a signed address.</summary>
    public static readonly Limit SignedUrlSeconds = new("signed_url_seconds", 900, "seconds", "A download address is valid for so long.");

    /// <summary>Life of a reference that its owner has not confirmed.</summary>
    public static readonly Limit ReferenceLeaseMinutes = new("reference_lease_minutes", 60, "minutes", "A reference whose owner was never written lapses after so long; so does a blob that nobody refers to.");

    /// <summary>Longest compile.</summary>
    public static readonly Limit CompileSeconds = new("compile_seconds", 3600, "seconds", "Wall time of one compile attempt.");

    /// <summary>Memory of a conversion.</summary>
    public static readonly Limit CompileMemoryBytes = new("compile_memory_bytes", 8L << 30, "bytes", "Memory of one compile attempt; twice that after an attempt that ran out.");

    /// <summary>Longest inspection.</summary>
    public static readonly Limit InspectSeconds = new("inspect_seconds", 120, "seconds", "Wall time for reading an uploaded model or dataset.");

    /// <summary>Longest run on a device.</summary>
    public static readonly Limit RunSeconds = new("run_seconds", 1800, "seconds", "Wall time of one profile or inference run.");

    /// <summary>Memory of a run.</summary>
    public static readonly Limit RunMemoryBytes = new("run_memory_bytes", 8L << 30, "bytes", "Memory of the processes that load and run a model on a host's own processor.");

    /// <summary>Longest wait in a queue.</summary>
    public static readonly Limit QueueHours = new("queue_hours", 24, "hours", "A job that nobody could take for so long fails with QUEUE_TIMEOUT; its own run time is counted apart.");

    /// <summary>Attempts of one job.</summary>
    public static readonly Limit Attempts = new("attempts", 5, "attempts", "Attempts of one job in all.");

    /// <summary>Retries after infrastructure failures.</summary>
    public static readonly Limit InfrastructureRetries = new("infrastructure_retries", 3, "retries", "Retries after a node or device was lost.");

    /// <summary>Restarts of workers.</summary>
    public static readonly Limit WorkerRestarts = new("worker_restarts", 20, "restarts", "A job under which workers restarted so often is not given out any more.");

    /// <summary>Length of names.</summary>
    public static readonly Limit NameLength = new("name_length", 200, "characters", "Length of a name of a model, dataset or job.");

    /// <summary>Length of option strings.</summary>
    public static readonly Limit OptionsLength = new("options_length", 16_384, "characters", "Length of an option string.");

    /// <summary>Page size of lists.</summary>
    public static readonly Limit PageSize = new("page_size", 500, "items", "Largest page of a list; 50 when none is asked for.");

    /// <summary>Webhooks of one organization.</summary>
    public static readonly Limit Webhooks = new("webhooks", 20, "webhooks", "Webhooks of one organization.");

    /// <summary>Calls a second.</summary>
    public static readonly Limit CallsPerSecond = new("calls_per_second", 20_000, "calls", "Calls a second that an organization may make at one gateway, over a longer time.");

    /// <summary>Calls at once.</summary>
    public static readonly Limit CallBurst = new("call_burst", 100_000, "calls", "Calls that an organization may make at one gateway at once, beyond which calls_per_second holds.");

    /// <summary>Streams at once.</summary>
    public static readonly Limit OpenStreams = new("open_streams", 5000, "streams", "Event and log streams that an organization may hold open at one gateway.");

    /// <summary>Unfinished jobs.</summary>
    public static readonly Limit UnfinishedJobs = new("unfinished_jobs", 200_000, "jobs", "Jobs of an organization that have not ended; more are refused at submission.");

    /// <summary>Life of audit lines.</summary>
    public static readonly Limit AuditDays = new("audit_days", 365, "days", "A line of the audit log is kept so long.");

    /// <summary>All limits, in the order of docs/limits.md.</summary>
    public static IReadOnlyList<Limit> All { get; } =
    [
        ModelBytes, DatasetBytes, OutputBytes, LogBytes, PartBytes, DiskReserveBytes, UploadHours, DatasetDays, SignedUrlSeconds, ReferenceLeaseMinutes,
        CompileSeconds, CompileMemoryBytes, InspectSeconds, RunSeconds, RunMemoryBytes, QueueHours, Attempts, InfrastructureRetries, WorkerRestarts, NameLength, OptionsLength, PageSize, Webhooks, CallsPerSecond, CallBurst, OpenStreams, UnfinishedJobs, AuditDays,
    ];
}

/// <summary>One limit.</summary>
/// <param name="Name">Name in docs and configuration (section <c>Limits</c>).</param>
/// <param name="Value">Default.</param>
/// <param name="Unit">Unit of the value.</param>
/// <param name="Meaning">One sentence.</param>
public sealed record Limit(string Name, long Value, string Unit, string Meaning);
