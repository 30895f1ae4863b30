using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Platform.Compiler.Nodes;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.ServiceDefaults;
using Platform.Toolchains.Inspection;
using Platform.Transfers;

namespace Platform.Compiler.Work;

/// <summary>Carries one assignment out and reports its end until the gateway has taken it.</summary>
internal sealed partial class WorkRunner(
    BuildNodes.BuildNodesClient gateway, IEnumerable<IWork> kinds, FailureMapping mapping, IOptions<CompilerOptions> options, TimeProvider clock, ILogger<WorkRunner> logger)
{
    private static readonly ActivitySource s_source = new(TelemetryExtensions.SourcePrefix + "Compiler");
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    public async Task RunAsync(HeldWork work)
    {
        using var activity = s_source.StartActivity("work", ActivityKind.Consumer, work.Assignment.TraceParent.Length > 0 ? work.Assignment.TraceParent : null);
        activity?.SetTag("hub.job", work.Assignment.JobId);
        var log = new WorkLog(gateway, work.Assignment, clock);
        using var flushing = new StopSwitch();
        var flusher = FlushAsync(log, flushing.Token);
        var report = await OutcomeAsync(work, log);
        flushing.Stop();
        await flusher;
        if (report is not null)
        {
            await log.FlushAsync(CancellationToken.None);
            await ReportAsync(report, work);
        }
    }

    private async Task<ReportRequest?> OutcomeAsync(HeldWork work, WorkLog log)
    {
        var report = new ReportRequest { NodeId = options.Value.Id, JobId = work.Assignment.JobId, Epoch = work.Assignment.Epoch };
        try
        {
            using var folder = new WorkFolder(options.Value.WorkFolder, work.Assignment.JobId, work.Assignment.Epoch);
            await kinds.First(kind => kind.Kind == work.Assignment.WorkCase).RunAsync(work, folder, log, report);
        }
        catch (OperationCanceledException) when (work.Stopped.IsCancellationRequested)
        {
            // Nobody waits for it, unless the node shuts down and gives it back.
            if (!work.HandBack)
            {
                return null;
            }

            report.HandedBack = new HandedBack();
        }
        catch (InspectionException problem)
        {
            log.Line($"failed: {problem.Message}");
            report.Failed = Failures.Of(problem.Code, problem.Message);
        }
        catch (FailureException refused)
        {
            log.Line($"failed: {refused.Failure.Message}");
            report.Failed = refused.Failure;
        }
        catch (Exception error) when (error is IOException or TransferException or RpcException or UnauthorizedAccessException)
        {
            WorkFailed(logger, work.Assignment.JobId, error);
            var failure = mapping.ToFailure(error);
            report.Failed = failure.Code == FailureCode.Internal ? Failures.Of(FailureCode.ServiceUnavailable, $"the node could not do its work: {error.Message}") : failure;
        }

        return report;
    }

    private async Task ReportAsync(ReportRequest report, HeldWork work)
    {
        while (true)
        {
            try
            {
                await gateway.ReportAsync(report, deadline: (clock.GetUtcNow() + TimeSpan.FromSeconds(20)).UtcDateTime);
                return;
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.FailedPrecondition)
            {
                // Given to another, or ended: what this node did is wanted by nobody.
                return;
            }
            catch (RpcException error) when (!work.Stopped.IsCancellationRequested || report.OutcomeCase == ReportRequest.OutcomeOneofCase.HandedBack)
            {
                NotReported(logger, report.JobId, error.StatusCode);
                if (report.OutcomeCase == ReportRequest.OutcomeOneofCase.HandedBack)
                {
                    return;
                }
            }

            if (work.Stopped.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(s_again, clock);
        }
    }

    private async Task FlushAsync(WorkLog log, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                if (log.IsDue)
                {
                    await log.FlushAsync(CancellationToken.None);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work has ended; whoever reports it sends the rest.
            return;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Job {Job} failed on this node")]
    private static partial void WorkFailed(ILogger logger, string job, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "The report of job {Job} was not taken ({Status}); it is sent again")]
    private static partial void NotReported(ILogger logger, string job, StatusCode status);
}
