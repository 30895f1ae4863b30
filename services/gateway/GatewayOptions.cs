using System.ComponentModel.DataAnnotations;

namespace Platform.Gateway;

/// <summary>Settings of the gateway (configuration section <c>Gateway</c>).</summary>
internal sealed class GatewayOptions
{
    /// <summary>How often everything that is due is looked at: what a lost doorbell costs at most.</summary>
    public TimeSpan ScanInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often nodes report.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A node without an answer for so long kills its work.</summary>
    public TimeSpan SelfFence { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>A lease lasts so long after its last renewal.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Work is granted again only so long after its lease has lapsed. A lease is renewed when a third of it has passed: together they are
    /// longer than it takes a node to fence itself, from the last answer on.
    /// </summary>
    public TimeSpan LeaseGrace { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a job is looked at for which nothing is due: what a lost message between gateway and broker costs at most.</summary>
    public TimeSpan Sweep { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The same for a run that has waited for long: half its wait, at most this.</summary>
    public TimeSpan LongestSweep { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Wait before the first retry after an infrastructure failure; doubles with each.</summary>
    public TimeSpan FirstBackOff { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Organization of the local user, made at start when it is missing; empty for none.</summary>
    public string LocalOrganization { get; set; } = "";

    /// <summary>Client profile that gets a token for the local user, made at start when it has none; empty for none.</summary>
    public string ClientProfile { get; set; } = "";

    /// <summary>Version of the conversion cache: raising it disowns every earlier result.</summary>
    [Required(AllowEmptyStrings = true)]
    public string CacheSalt { get; set; } = "";

    /// <summary>Address that the local user's profile names.</summary>
    public string PublicGrpcUrl { get; set; } = "http://127.0.0.1:8081";

    /// <summary>Used node time counts half after so long.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan HalfLife { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Shares of organizations, by id, 0.01 to 1000: one with 2 gets twice the node time of one with 1, which is what all others have.</summary>
    public IDictionary<string, double> Weights { get; set; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Whether leases of this process's own nodes end with it: one process holds gateway and nodes.</summary>
    public bool Embedded { get; set; }
}
