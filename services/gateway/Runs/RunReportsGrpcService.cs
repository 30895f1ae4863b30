using Grpc.Core;
using Platform.Contracts.Broker.V1;

namespace Platform.Gateway.Runs;

/// <summary>Hears from the broker how runs go.</summary>
internal sealed class RunReportsGrpcService(RunLink link) : RunReports.RunReportsBase
{
    public override async Task<ReportResponse> Report(Run request, ServerCallContext context)
    {
        await link.TakeOverAsync(request.OrganizationId, request, context.CancellationToken);
        return new ReportResponse();
    }

    public override async Task<ReportResponse> ReportMany(ReportManyRequest request, ServerCallContext context)
    {
        // Runs side by side, the news of one run after another.
        await Task.WhenAll(request.Runs.GroupBy(run => run.RunId).Select(async news =>
        {
            foreach (var run in news)
            {
                await link.TakeOverAsync(run.OrganizationId, run, context.CancellationToken);
            }
        }));
        return new ReportResponse();
    }
}
