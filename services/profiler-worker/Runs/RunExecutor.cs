using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.ProfilerWorker.Devices;
using Platform.ServiceDefaults;
using Platform.Transfers;

namespace Platform.ProfilerWorker.Runs;

/// <summary>Carries one run out and reports its end until the broker has taken it.</summary>
internal sealed partial class RunExecutor(
    FarmHosts.FarmHostsClient broker, RunnerPrograms programs, IEnumerable<IRunWork> works, FailureMapping mapping, IOptions<WorkerOptions> options,
    TimeProvider clock, ILogger<RunExecutor> logger)
{
    private static readonly ActivitySource s_source = new(TelemetryExtensions.SourcePrefix + "ProfilerWorker");
    private static readonly TimeSpan s_flush = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    public async Task RunAsync(HeldRun run)
    {
        using var activity = s_source.StartActivity("run", ActivityKind.Consumer, run.Assignment.TraceParent.Length > 0 ? run.Assignment.TraceParent : null);
        activity?.SetTag("hub.run", run.Assignment.RunId);
        var log = new RunLog(broker, run.Assignment);
        using var flushing = new StopSwitch();
        var flusher = FlushAsync(log, flushing.Token);
        var report = await OutcomeAsync(run, log);
        flushing.Stop();
        await flusher;
        await log.FlushAsync();
        if (report is not null)
        {
            // What is left of it is asked for by the broker's next answer.
            report.Clean = !Directory.Exists(RunFolder.PathOf(options.Value.WorkFolder, report.RunId, report.DeviceEpoch));
            await ReportAsync(report, run);
        }
    }

    private async Task<ReportRunRequest?> OutcomeAsync(HeldRun run, RunLog log)
    {
        var assignment = run.Assignment;
        var report = new ReportRunRequest { HostId = options.Value.Id, RunId = assignment.RunId, DeviceId = assignment.DeviceId, DeviceEpoch = assignment.DeviceEpoch };
        try
        {
            using var folder = new RunFolder(options.Value.WorkFolder, assignment.RunId, assignment.DeviceEpoch);
            var scope = new RunScope(run, folder, log, programs);
            report.Succeeded = await works.First(work => work.JobType == assignment.Spec.JobType).RunAsync(scope);
        }
        catch (OperationCanceledException) when (run.Stopped.IsCancellationRequested)
        {
            if (!run.IsLost)
            {
                return null;
            }

            report.Failed = Failures.Of(FailureCode.DeviceLost, $"{assignment.DeviceId} went away during the run");
        }
        catch (FailureException refused)
        {
            log.Line($"failed: {refused.Failure.Message}");
            report.Failed = refused.Failure;
        }
        catch (Exception error) when (error is IOException or TransferException or RpcException or UnauthorizedAccessException)
        {
            RunFailed(logger, assignment.RunId, error);
            var failure = mapping.ToFailure(error);
            report.Failed = failure.Code == FailureCode.Internal ? Failures.Of(FailureCode.ServiceUnavailable, $"the host could not do its work: {error.Message}") : failure;
        }

        return report;
    }

    private async Task ReportAsync(ReportRunRequest report, HeldRun run)
    {
        while (run.IsLost || !run.Stopped.IsCancellationRequested)
        {
            try
            {
                await broker.ReportRunAsync(report, deadline: (clock.GetUtcNow() + TimeSpan.FromSeconds(20)).UtcDateTime);
                return;
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.FailedPrecondition)
            {
                // Given to another, or ended: what this host did is wanted by nobody.
                return;
            }
            catch (RpcException error)
            {
                NotReported(logger, report.RunId, error.StatusCode);
            }

            await Task.Delay(s_again, clock);
        }
    }

    private async Task FlushAsync(RunLog log, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(s_flush, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                await log.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended; whoever reports it sends the rest.
            return;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Run {Run} failed on this host")]
    private static partial void RunFailed(ILogger logger, string run, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "The report of run {Run} was not taken ({Status}); it is sent again")]
    private static partial void NotReported(ILogger logger, string run, StatusCode status);
}
