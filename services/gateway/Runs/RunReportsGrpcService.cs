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
}
