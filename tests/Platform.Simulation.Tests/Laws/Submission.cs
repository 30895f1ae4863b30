namespace Platform.Simulation.Tests.Laws;

/// <summary>What a client asked for and what it was told.</summary>
internal sealed class Submission(string owner, string key)
{
    public string Owner => owner;

    public string Key => key;

    /// <summary>The job that the hub has accepted; null before.</summary>
    public string? JobId { get; set; }

    public Contracts.Hub.V1.JobType Kind { get; set; }

    /// <summary>Why it was refused last.</summary>
    public string? Refused { get; set; }

    /// <summary>Whether its cancellation was asked for.</summary>
    public bool CancelAsked { get; set; }

    /// <summary>The phase at which its client cancels; null when it does so at another time or never.</summary>
    public Gateway.Jobs.Phase? CancelAt { get; set; }

    /// <summary>Completes when the job has come there, or to its end.</summary>
    public TaskCompletionSource CameThere { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The highest version that the hub has told of its job.</summary>
    public uint SeenVer { get; set; }

    /// <summary>Whether a client has seen its end.</summary>
    public Contracts.Hub.V1.JobState? SeenEnd { get; set; }
}
