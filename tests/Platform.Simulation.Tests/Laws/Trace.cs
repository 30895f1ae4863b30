using Microsoft.Extensions.Logging;
using Platform.Gateway.Jobs;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Stores;

namespace Platform.Simulation.Tests.Laws;

/// <summary>What happened last in a world, line by line.</summary>
internal sealed class Trace(Scheduler scheduler, bool isKept)
{
    private const int Longest = 4000;

    private readonly Queue<string> _lines = new();

    /// <summary>Whether it is worth the time: a world is traced when it is replayed.</summary>
    public bool IsKept => isKept;

    public IEnumerable<string> Lines => _lines;

    public void Add(Process who, string what)
    {
        if (isKept)
        {
            _lines.Enqueue($"{TimeSpan.FromTicks(scheduler.Now):mm\\:ss\\.fff} {who.Name}: {what}");
            if (_lines.Count > Longest)
            {
                _lines.Dequeue();
            }
        }
    }

    public void Commit(Commit commit)
    {
        if (isKept)
        {
            var stored = commit.After ?? commit.Before!;
            string what = commit.Collection switch
            {
                "jobs" when Documents.Read<Job>(stored) is var job => $"{job.Phase} epoch {job.Epoch} ver {job.Ver} effects {job.Effects.Count} next {job.NextAt:mm:ss} {job.Lease} {job.Failure?.Code}",
                "devices" when Documents.Read<StoredDevice>(stored) is var device => $"{device.State} epoch {device.Epoch} run {device.RunId} boot {device.HostBoot}",
                "runs" when Documents.Read<StoredRun>(stored) is var run => $"{run.Phase} on {run.DeviceId} under {run.DeviceEpoch}",
                _ => "",
            };
            Add(commit.Writer, $"writes {commit.Collection} {stored.Id} {what}");
        }
    }
}

/// <summary>Loggers that write into the trace.</summary>
internal sealed class TraceLoggers(Trace trace, Process process) : ILoggerFactory, ILogger
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose() => GC.SuppressFinalize(this);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        trace.Add(process, $"{formatter(state, exception)}{(exception is null ? "" : $" [{exception.GetType().Name}: {exception.Message}]")}");
}
