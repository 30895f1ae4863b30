using Platform.Compiler.Nodes;
using Platform.Compiler.Work;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.Sandbox;
using Platform.ServiceDefaults;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Laws;

namespace Platform.Simulation.Tests.Work;

/// <summary>Work of a build node that takes virtual time and gives a product that says which attempt made it.</summary>
internal sealed class TimedWork(Assignment.WorkOneofCase kind, Process process, BuildNodes.BuildNodesClient gateway, WorkPlans plans, Ledger ledger) : IWork
{
    public Assignment.WorkOneofCase Kind => kind;

    public async Task RunAsync(HeldWork work, WorkFolder folder, WorkLog log, ReportRequest report)
    {
        var (job, epoch) = work.Key;
        var plan = plans.Next(job);
        var attempt = ledger.Begin(process, job, epoch);
        try
        {
            work.Tell("working", 0.1);
            log.Line("working");
            await Task.Delay(plan.Takes, process.Clock, work.Stopped);
            work.Tell("done", 0.9);
            if (plan.Failure is { } code)
            {
                var failure = Failures.Of(code, ledger.Failed(job, epoch, code));
                if (code == FailureCode.ToolCrashed && plans.Dies(job))
                {
                    failure.Details.Add(new FailureDetail { Code = code, Reason = SandboxFailures.Died, Subject = work.Assignment.Conversion.Steps[^1] });
                }

                throw new FailureException(failure);
            }

            await gateway.OpenOutputAsync(new OpenOutputRequest { JobId = job, Epoch = epoch, Name = "product", SizeBytes = 1000 }, cancellationToken: work.Stopped);
            var product = await gateway.CompleteOutputAsync(new CompleteOutputRequest { JobId = job, Epoch = epoch, Name = "product", Filename = Ledger.TagOf(job, epoch) }, cancellationToken: work.Stopped);
            report.Converted = new Converted { Product = product, ReportJson = "{}" };
        }
        finally
        {
            ledger.End(attempt);
        }
    }
}
