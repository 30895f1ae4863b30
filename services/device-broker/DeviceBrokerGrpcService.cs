using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Hosts;
using Platform.DeviceBroker.Runs;
using Platform.Store;
using DeviceList = Platform.Contracts.Broker.V1.DeviceList;
using ListDevicesRequest = Platform.Contracts.Broker.V1.ListDevicesRequest;

namespace Platform.DeviceBroker;

/// <summary>The service's face for the gateway.</summary>
internal sealed class DeviceBrokerGrpcService(BrokerStore store, RunService runs, DeviceLedger devices, FarmOperation operation, IOptions<BrokerOptions> options, TimeProvider clock)
    : Contracts.Broker.V1.DeviceBroker.DeviceBrokerBase
{
    public override Task<Run> EnqueueRun(EnqueueRunRequest request, ServerCallContext context) => runs.EnqueueAsync(request.Run, context.CancellationToken);

    public override async Task<EnqueueRunsResponse> EnqueueRuns(EnqueueRunsRequest request, ServerCallContext context)
    {
        // At once: their writes go to the store together.
        var response = new EnqueueRunsResponse();
        response.Runs.AddRange(await Task.WhenAll(request.Runs.Select(run => runs.EnqueueOneOfManyAsync(run, context.CancellationToken))));
        return response;
    }

    public override Task<Run> CancelRun(CancelRunRequest request, ServerCallContext context) => runs.CancelAsync(request.OrganizationId, request.RunId, context.CancellationToken);

    public override Task<Run> GetRun(GetRunRequest request, ServerCallContext context) => runs.GetAsync(request.OrganizationId, request.RunId, context.CancellationToken);

    public override Task<RunList> ListRuns(ListRunsRequest request, ServerCallContext context) => runs.ListAsync(request, context.CancellationToken);

    public override async Task<DeviceList> ListDevices(ListDevicesRequest request, ServerCallContext context)
    {
        var list = new DeviceList();
        list.Devices.AddRange((await devices.MatchingAsync(request.OrganizationId, request.Selector ?? new DeviceSelector(), context.CancellationToken)).Select(DeviceViews.ToMessage));
        return list;
    }

    public override async Task<HostList> ListHosts(ListHostsRequest request, ServerCallContext context)
    {
        var page = await store.Hosts.AsSystem().QueryAsync("seen", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit, Descending: true), context.CancellationToken);
        var list = new HostList();
        foreach (var host in page.Items.Select(item => item.Value))
        {
            var attached = await devices.OfHostAsync(host.Id, context.CancellationToken);
            var message = new Contracts.Broker.V1.Host
            {
                HostId = host.Id,
                Name = host.Name,
                Connected = clock.GetUtcNow() - host.SeenAt < options.Value.HostLease,
                Sandbox = host.Sandbox,
                SeenAt = host.SeenAt.ToTimestamp(),
                Stopping = host.Draining,
                Drain = host.Drain?.ToMessage(),
                Devices = attached.Count,
                Busy = attached.Count(device => device.State is DeviceState.Reserved or DeviceState.Running),
            };
            message.Tools.AddRange(host.Tools.Select(BrokerJson.Parse<HostTool>));
            list.Hosts.Add(message);
        }

        return list;
    }

    public override Task<QueueList> ListRunQueues(ListRunQueuesRequest request, ServerCallContext context) => operation.QueuesAsync(context.CancellationToken);

    public override Task<FarmDeviceList> ListFarmDevices(ListFarmRequest request, ServerCallContext context) => operation.DevicesAsync(context.CancellationToken);

    public override async Task<SetDrainResponse> SetDrain(SetDrainRequest request, ServerCallContext context)
    {
        await operation.SetDrainAsync(request, context.CancellationToken);
        return new SetDrainResponse();
    }

    public override Task<Run> KillRun(KillRunRequest request, ServerCallContext context) => operation.KillAsync(request, context.CancellationToken);

    public override async Task<RunLog> ReadRunLog(ReadRunLogRequest request, ServerCallContext context)
    {
        var run = await store.Runs.For(request.OrganizationId).GetAsync(request.RunId, context.CancellationToken);
        var page = await store.Logs.For(request.OrganizationId).QueryAsync("place", new object[] { request.RunId }, new PageRequest(PageRequest.LargestLimit), context.CancellationToken);
        var text = new StringBuilder();
        foreach (var chunk in page.Items.Select(item => item.Value).Where(chunk => chunk.Offset >= request.Offset))
        {
            text.Append(chunk.Text);
        }

        return new RunLog { Text = text.ToString(), Offset = request.Offset, Complete = run is null || run.Value.HasEnded };
    }
}
