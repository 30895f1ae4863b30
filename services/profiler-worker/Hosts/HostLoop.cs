using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Messages;
using Platform.ProfilerWorker.Devices;
using Platform.ProfilerWorker.Runs;
using Platform.ServiceDefaults;
using HeldRun = Platform.ProfilerWorker.Runs.HeldRun;

namespace Platform.ProfilerWorker.Hosts;

/// <summary>
/// The host's side of the protocol: says which devices it reaches and what runs on them, does what the answer says, and ends
/// its runs by itself when nobody has answered for too long.
/// </summary>
internal sealed partial class HostLoop(
    FarmHosts.FarmHostsClient broker, HostDevices devices, HostMemory memory, StagedModels staged, RunnerPrograms programs, RunExecutor executor, IOptions<WorkerOptions> options, IdSource ids,
    TimeProvider clock, ILogger<HostLoop> logger)
{
    private static readonly TimeSpan s_longestCall = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(500);

    private string _boot = ids.New('x');
    private string _lastBoot = "";
    private readonly ConcurrentDictionary<(string RunId, uint Epoch), HeldRun> _held = new();
    private readonly Nap _nap = new(clock);
    private readonly SelfFence _fence = new(clock);
    private uint _turn;
    private bool _draining;

    /// <summary>Runs wait that may be for this host. One whose devices are all taken asks when the first of them is free.</summary>
    public void Hear(RunWorkAvailable bell)
    {
        if (IsFor(options.Value.Id, bell) && _held.Count < devices.Reached.Count)
        {
            Wake();
        }
    }

    internal static bool IsFor(string host, RunWorkAvailable bell) => bell.Hosts is null or [] || bell.Hosts.Contains(host);

    // Something began or ended here: it is reported at once.
    private void Wake() => _nap.Ring();

    public async Task RunAsync(CancellationToken stopping)
    {
        bool probed = false;
        _fence.Begin();
        while (!stopping.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                if (!probed)
                {
                    await devices.ProbeAsync(stopping);
                    probed = true;
                }

                wait = await SynchronizeAsync(stopping);
            }
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                // Whatever it is, the next turn is another chance: what runs here must not end with this one.
                wait = s_retry;
                TurnFailed(logger, _fence.Silence.TotalSeconds, error);
            }

            FenceIfSilent();
            await _nap.TakeAsync(_fence.NotBeyond(wait), stopping);
            FenceIfSilent();
        }
    }

    /// <summary>Ends what runs here; the broker gives it to another host, or to this one after its restart.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        _draining = true;
        StopAll();
        await Task.WhenAll(_held.Values.Select(run => run.Task)).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task<TimeSpan> SynchronizeAsync(CancellationToken stopping)
    {
        var request = new SynchronizeRequest { HostId = options.Value.Id, BootId = _boot, AfterBoot = _lastBoot, Turn = ++_turn, Name = options.Value.Name, Sandbox = programs.Sandbox.Kind, Draining = _draining };
        var reached = devices.Reached;
        LoseGone(reached);
        request.Devices.AddRange(reached.Select(device => device.ToMessage()));
        request.Tools.AddRange(devices.Tools);
        request.StagedModels.AddRange(staged.Names());
        request.Running.AddRange(_held.Values.OrderBy(run => run.Key).Select(run => run.ToMessage()));
        long sent = clock.GetTimestamp();
        var answer = await broker.SynchronizeAsync(request, deadline: (clock.GetUtcNow() + _fence.NotBeyond(s_longestCall)).UtcDateTime, cancellationToken: stopping);
        if (answer.LastBoot.Length > 0)
        {
            _lastBoot = answer.LastBoot;
            return TimeSpan.Zero;
        }

        _fence.Answered(sent, TimeSpan.FromSeconds(answer.SelfFenceSeconds));
        if (_fence.IsReached)
        {
            // It was so long on its way that what it says may be over.
            return s_retry;
        }

        foreach (var stop in answer.Stop)
        {
            Drop(stop);
        }

        foreach (var clean in answer.Clean)
        {
            await CleanAsync(clean, stopping);
        }

        foreach (var start in answer.Start)
        {
            Begin(start);
        }

        return TimeSpan.FromSeconds(answer.NextCallSeconds);
    }

    private void Begin(RunAssignment assignment)
    {
        // One run at a time on a device; whoever was there is told to stop first.
        var run = new HeldRun(assignment);
        if (!_draining && !_held.Values.Any(held => held.Assignment.DeviceId == assignment.DeviceId) && _held.TryAdd(run.Key, run))
        {
            memory.Saw(assignment.DeviceId, assignment.DeviceEpoch);
            run.Task = CarryOutAsync(run);
            Wake();
        }
        else
        {
            run.Dispose();
        }
    }

    private async Task CarryOutAsync(HeldRun run)
    {
        await Task.Yield();
        try
        {
            await executor.RunAsync(run);
        }
        finally
        {
            _held.TryRemove(run.Key, out _);
            run.Dispose();
            Wake();
        }
    }

    private async Task CleanAsync(RunKey key, CancellationToken cancellation)
    {
        // While its process lives, the device is not clean; the question comes again.
        if (_held.Values.FirstOrDefault(held => held.Assignment.DeviceId == key.DeviceId) is { } held)
        {
            held.Stop();
            return;
        }

        string problem = "";
        try
        {
            RunFolder.Remove(RunFolder.PathOf(options.Value.WorkFolder, key.RunId, key.DeviceEpoch));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = error.Message;
        }

        await broker.ReportCleanAsync(
            new ReportCleanRequest { HostId = options.Value.Id, DeviceId = key.DeviceId, DeviceEpoch = key.DeviceEpoch, Problem = problem },
            deadline: (clock.GetUtcNow() + _fence.NotBeyond(s_longestCall)).UtcDateTime, cancellationToken: cancellation);
        Wake();
    }

    private void Drop(RunKey key)
    {
        if (_held.TryGetValue((key.RunId, key.DeviceEpoch), out var run))
        {
            Dropped(logger, key.RunId, key.DeviceEpoch);
            run.Stop();
        }
    }

    // What ran on a device that is gone has ended; the broker hears of that like of any other end.
    private void LoseGone(IReadOnlyList<IHostDevice> reached)
    {
        foreach (var run in _held.Values.Where(run => !reached.Any(device => device.Id == run.Assignment.DeviceId)))
        {
            run.Lose();
        }
    }

    private void FenceIfSilent()
    {
#if PLANTED_BUGS
        if (Planting.Planted.IsOn("SELF_FENCE_SKIPPED"))
        {
            return;
        }
#endif
        if (_fence.IsReached && !_held.IsEmpty)
        {
            // The broker may not know that any of it had begun: what it gave to the old boot it must not give again under the same epoch.
            _boot = ids.New('x');
            StopAll();
        }
    }

    private void StopAll()
    {
        foreach (var run in _held.Values)
        {
            run.Stop();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Run {Run} under device epoch {Epoch} is not wanted any more")]
    private static partial void Dropped(ILogger logger, string run, uint epoch);

    [LoggerMessage(2, LogLevel.Warning, "No turn with the broker for {Seconds:0.0} s; it is tried again")]
    private static partial void TurnFailed(ILogger logger, double seconds, Exception error);
}
