namespace Platform.Gateway.Nodes;

/// <summary>Jobs of all organizations that wait for the same steps.</summary>
/// <param name="Key">The steps, as <see cref="CompileQueue.KeyOf"/> joins them.</param>
/// <param name="Jobs">The jobs, at least one.</param>
internal sealed record WaitingJobs(string Key, IReadOnlyList<Job> Jobs)
{
    public DateTimeOffset OldestAt => Jobs.Min(job => job.CreatedAt);

    /// <summary>Whether a node with these steps can do them.</summary>
    public bool FitFor(IReadOnlySet<string> able) => Key.Split('+').All(able.Contains);

    /// <summary>How many may start by now.</summary>
    public int Runnable(DateTimeOffset now) => Jobs.Count(job => job.NotBefore is null || job.NotBefore <= now);
}
