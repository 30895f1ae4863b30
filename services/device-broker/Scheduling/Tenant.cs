namespace Platform.DeviceBroker.Scheduling;

/// <summary>An organization in the scheduler's memory. What it has used only <see cref="Shares"/> changes: it is its place in the order.</summary>
internal sealed class Tenant(string id, double weight)
{
    public string Id => id;

    public double Weight => weight;

    /// <summary>Waiting runs.</summary>
    public int Queued { get; set; }

    /// <summary>Shapes of its waiting runs.</summary>
    public IndexSet Shapes { get; } = new();

    /// <summary>Device time in the units of <see cref="Shares"/>.</summary>
    public double Used { get; set; }

    /// <summary>The part of it that is estimated: of runs that have not ended.</summary>
    public double Estimated { get; set; }

    /// <summary>The number of the grant that it got last.</summary>
    public long Served { get; set; }

    /// <summary>Used time that the store has not heard of.</summary>
    public double Unsaved { get; set; }

    /// <summary>What its used time was lifted to, as far as the store has not heard of it.</summary>
    public double Lifted { get; set; }

    /// <summary>How often it was lifted.</summary>
    public int Lifts { get; set; }

    /// <summary>Device time of its runs, in seconds; null before the first has ended.</summary>
    public double? Seconds { get; set; }

    public double Score => Used / weight;
}
