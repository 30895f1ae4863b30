namespace Platform.Gateway.Events;

/// <summary>What is said to happen to jobs (docs/events.md).</summary>
internal static class EventTypes
{
    public const string Created = "job.created";
    public const string State = "job.state";
    public const string Progress = "job.progress";
    public const string Ended = "job.ended";

    /// <summary>Never in the log: what a webhook is tried out with.</summary>
    public const string WebhookTest = "webhook.test";

    public static IReadOnlyList<string> All { get; } = [Created, State, Progress, Ended];
}
