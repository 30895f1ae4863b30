using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.ProfilerWorker.Runs;
using Platform.ServiceDefaults;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Laws;

namespace Platform.Simulation.Tests.Work;

/// <summary>A run on a device that takes virtual time and gives a result that says which run made it.</summary>
internal sealed class TimedRun(JobType type, Process process, FarmHosts.FarmHostsClient broker, WorkPlans plans, Ledger ledger) : IRunWork
{
    public JobType JobType => type;

    public async Task<RunResult> RunAsync(RunScope scope)
    {
        var assignment = scope.Run.Assignment;
        var plan = plans.Next();
        var attempt = ledger.BeginRun(process, assignment);
        try
        {
            scope.Run.Tell("running", 0.1);
            scope.Log.Line("running");
            await Task.Delay(plan.Takes, process.Clock, scope.Run.Stopped);
            if (plan.Failure is { } code)
            {
                throw new FailureException(code, ledger.Failed(assignment.RunId, assignment.DeviceEpoch, code));
            }

            string tag = Ledger.TagOf(assignment.RunId, assignment.DeviceEpoch);
            return type == JobType.Profile ? new RunResult { ProfileJson = $$"""{"made_by":"{{tag}}"}""" } : await SendAsync(assignment, tag, scope.Run.Stopped);
        }
        finally
        {
            ledger.End(attempt);
        }
    }

    private async Task<RunResult> SendAsync(RunAssignment run, string tag, CancellationToken cancellation)
    {
        await broker.OpenResultAsync(new OpenResultRequest { RunId = run.RunId, DeviceEpoch = run.DeviceEpoch, Name = "outputs", SizeBytes = 1000 }, cancellationToken: cancellation);
        var sent = await broker.CompleteResultAsync(new CompleteResultRequest { RunId = run.RunId, DeviceEpoch = run.DeviceEpoch, Name = "outputs" }, cancellationToken: cancellation);
        return new RunResult { OutputBlobId = sent.BlobId, OutputSha256 = sent.Sha256, OutputBytes = sent.SizeBytes, Samples = 1, ProfileJson = $$"""{"made_by":"{{tag}}"}""" };
    }
}
