using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Health;
using Platform.DeviceBroker.Runs;
using Platform.DeviceBroker.Scheduling;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker.Hosts;

/// <summary>Compares what a farm host says with what the devices' documents say, and answers what it should do (architecture L5).</summary>
internal sealed class HostService(
    BrokerStore store, DeviceLedger devices, DeviceRegistration registration, RunQueue queue, RunScheduler scheduler, HealthChecks checks, RunService runs, RunAssignments assignments, RunReporter reporter,
    IOptions<BrokerOptions> options, TimeProvider clock)
{
    public async Task<SynchronizeResponse> SynchronizeAsync(SynchronizeRequest request, CancellationToken cancellation)
    {
        var (isDrained, lastBoot, known) = await registration.SeenAsync(request, cancellation);
        var response = new SynchronizeResponse { NextCallSeconds = options.Value.Heartbeat.TotalSeconds, SelfFenceSeconds = options.Value.SelfFence.TotalSeconds };
        if (lastBoot != request.BootId)
        {
            response.LastBoot = lastBoot;
            return response;
        }

        bool takesWork = !isDrained && !request.Draining;
        queue.Observe(known);
        await AnswerRunningAsync(request, known, response, cancellation);
        if (queue.IsReady && known.Any(device => device.CanTakeRuns(clock.GetUtcNow())))
        {
            await queue.CatchUpAsync(cancellation);
        }

        var staged = request.StagedModels.Select(RunOrder.KeyOf).ToHashSet();
        var attached = request.Devices.ToDictionary(device => device.DeviceId);

        // At once: the writes of a host's devices share a flush to disk.
        var answers = await Task.WhenAll(known.Where(device => attached.ContainsKey(device.Id) && (takesWork || device.State != DeviceState.Idle)).Select(async device =>
        {
            var answer = new SynchronizeResponse();
            await SettleAsync(request, device, staged, answer, cancellation);
            return answer;
        }));
        foreach (var answer in answers)
        {
            response.MergeFrom(answer);
        }

        return response;
    }

    /// <summary>Takes a run's end from its host; the device goes on to be cleaned, or is free where it is clean already.</summary>
    public async Task ReportAsync(ReportRunRequest request, CancellationToken cancellation)
    {
        var read = await RequireAsync(request.DeviceId, request.DeviceEpoch, request.RunId, cancellation);
        var failure = request.Failed;
        var result = request.Succeeded ?? (request.LogBlobId.Length > 0 ? new RunResult { LogBlobId = request.LogBlobId } : null);
        await runs.EndAsync(read.Value.RunOwner!, request.RunId, request.DeviceEpoch, failure is null ? RunPhase.Succeeded : RunPhase.Failed, result, failure, cancellation);
        await devices.UpdateAsync(read, current => current.Epoch == request.DeviceEpoch && current.RunId == request.RunId ? AfterEnd(current, failure, request.Clean) : null, cancellation);
    }

    /// <summary>The host says that a device is clean, or why not.</summary>
    public async Task CleanAsync(ReportCleanRequest request, CancellationToken cancellation)
    {
        if (await devices.ReadAsync(request.DeviceId, device => device.HostId == request.HostId && device.Epoch == request.DeviceEpoch && device.State == DeviceState.Cleaning, cancellation) is not { } read)
        {
            return;
        }

        await devices.UpdateAsync(
            read,
            current => current.Epoch != request.DeviceEpoch || current.State != DeviceState.Cleaning ? null : request.Problem.Length == 0
                ? DeviceRecovery.Clean(current, clock.GetUtcNow())
                : current with { Health = DeviceHealth.Bad, HealthReason = $"it could not be cleaned: {request.Problem}", Since = clock.GetUtcNow() },
            cancellation);
    }

    /// <summary>The device that holds a run under an epoch.</summary>
    /// <exception cref="FailureException">NOT_YOURS when the epoch has passed.</exception>
    public async Task<Versioned<StoredDevice>> RequireAsync(string deviceId, long epoch, string runId, CancellationToken cancellation) =>
        await devices.ReadAsync(deviceId, device => device.Epoch == epoch && device.RunId == runId, cancellation)
            ?? throw new FailureException(FailureCode.NotYours, $"run {runId} is not on {deviceId} under epoch {epoch} any more");

    private StoredDevice? AfterEnd(StoredDevice device, Failure? failure, bool isClean)
    {
        var now = clock.GetUtcNow();
        var ended = device switch
        {
            { State: DeviceState.Cleaning } => device,
            { RunOwner: StoredRun.HealthCheckOwner } => DeviceRecovery.AfterCheck(device, failure, options.Value, now),
            _ => DeviceRecovery.AfterRun(device, failure, options.Value, now),
        };
        return isClean ? DeviceRecovery.Clean(ended, now) : ended == device ? null : ended;
    }

    private async Task AnswerRunningAsync(SynchronizeRequest request, IReadOnlyList<StoredDevice> known, SynchronizeResponse response, CancellationToken cancellation)
    {
        foreach (var held in request.Running)
        {
            var key = new RunKey { RunId = held.RunId, DeviceId = held.DeviceId, DeviceEpoch = held.DeviceEpoch };
            var device = known.FirstOrDefault(candidate => candidate.Id == held.DeviceId && candidate.RunId == held.RunId && candidate.Epoch == held.DeviceEpoch);
            bool wanted = device is { State: DeviceState.Reserved or DeviceState.Running } && await MarkRunningAsync(device, held, request.Turn, cancellation);
            (wanted ? response.Keep : response.Stop).Add(key);
        }
    }

    private async Task<bool> MarkRunningAsync(StoredDevice device, HeldRun held, uint turn, CancellationToken cancellation)
    {
        var run = (await store.Runs.For(device.RunOwner!).GetAsync(held.RunId, cancellation))?.Value;
        if (run is null || !run.IsOn(device.Id, held.DeviceEpoch))
        {
            return false;
        }

        string? progress = held.Progress is null ? run.Progress : BrokerJson.Format(held.Progress);
        if (run.Phase != RunPhase.Running || progress != run.Progress)
        {
            await devices.UpdateAsync(device, current => current.State == DeviceState.Reserved && current.Epoch == device.Epoch ? current with { State = DeviceState.Running, Turn = turn } : null, cancellation);
            var marked = await store.Runs.For(run.Owner).UpdateAsync(
                run.Id, current => current.HasEnded ? null : current with { Phase = RunPhase.Running, StartedAt = current.StartedAt ?? clock.GetUtcNow(), Progress = progress, Unreported = !current.IsHealthCheck }, cancellation);
            if (marked is not null)
            {
                reporter.Ring(marked);
            }
        }

        return true;
    }

    private async Task SettleAsync(SynchronizeRequest request, StoredDevice device, IReadOnlySet<ulong> staged, SynchronizeResponse response, CancellationToken cancellation)
    {
        bool reported = request.Running.Any(held => held.DeviceId == device.Id && held.DeviceEpoch == device.Epoch);
        switch (device.State)
        {
            case DeviceState.Reserved or DeviceState.Running when !reported:
                await SettleSilentAsync(request, device, response, cancellation);
                break;
            case DeviceState.Running or DeviceState.Reserved when await HasEndedAsync(device, cancellation):
                await devices.UpdateAsync(device, current => current.Epoch == device.Epoch ? current with { State = DeviceState.Cleaning, Since = clock.GetUtcNow() } : null, cancellation);
                break;
            case DeviceState.Cleaning when !reported:
                response.Clean.Add(new RunKey { DeviceId = device.Id, DeviceEpoch = (uint)device.Epoch, RunId = device.RunId ?? "" });
                break;
            case DeviceState.Idle when await WorkForAsync(request, device, staged, cancellation) is { } given:
                response.Start.Add(await assignments.BuildAsync(given.Run, given.Device, cancellation));
                break;
            default:
                break;
        }
    }

    private async Task<(StoredRun Run, StoredDevice Device)?> WorkForAsync(SynchronizeRequest request, StoredDevice device, IReadOnlySet<ulong> staged, CancellationToken cancellation)
    {
        if (!device.CanBeChecked(clock.GetUtcNow()))
        {
            return await scheduler.GiveAsync(device, request.BootId, staged, cancellation);
        }

        bool ill = request.Devices.Any(attached => attached.DeviceId == device.Id && attached.HealthProblem.Length > 0);
        return ill ? null : await checks.GiveAsync(device, request.BootId, cancellation);
    }

    // A run that the device's document names, but of which its host says nothing: given in an answer that was lost, lost in a
    // restart, or cancelled.
    private async Task SettleSilentAsync(SynchronizeRequest request, StoredDevice device, SynchronizeResponse response, CancellationToken cancellation)
    {
        var run = (await store.Runs.For(device.RunOwner!).GetAsync(device.RunId!, cancellation))?.Value;
        bool current = run?.IsOn(device.Id, device.Epoch) == true;
#if PLANTED_BUGS
        if (Planting.Planted.IsOn("RESERVATION_NEVER_LAPSES") && !current && device.State == DeviceState.Reserved)
        {
            return;
        }
#endif
        if (current && device.State == DeviceState.Reserved && device.HostBoot == request.BootId)
        {
            response.Start.Add(await assignments.BuildAsync(run!, device, cancellation));
            return;
        }

        if (current && device.HostBoot == request.BootId && request.Turn < device.Turn)
        {
            return;
        }

        if (current && device.HostBoot != request.BootId && await registration.LastBootAsync(request.HostId, cancellation) != request.BootId)
        {
            // It has started again while this call was served, and the run was given to that start.
            return;
        }

        if (current)
        {
            var lost = Failures.Of(FailureCode.DeviceLost, $"{request.Name} lost the run, or restarted during it");
            await runs.EndAsync(run!.Owner, run.Id, device.Epoch, RunPhase.Failed, null, lost, cancellation);
        }

        await devices.UpdateAsync(
            device, now => now.Epoch == device.Epoch ? now with { State = DeviceState.Cleaning, HostBoot = request.BootId, Since = clock.GetUtcNow() } : null, cancellation);
        response.Clean.Add(new RunKey { DeviceId = device.Id, DeviceEpoch = (uint)device.Epoch, RunId = device.RunId });
    }

    private async Task<bool> HasEndedAsync(StoredDevice device, CancellationToken cancellation) =>
        (await store.Runs.For(device.RunOwner!).GetAsync(device.RunId!, cancellation))?.Value is not { HasEnded: false };
}
