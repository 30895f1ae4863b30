using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.ProfilerWorker.Devices;
using Platform.ProfilerWorker.Runs;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>Measures a model on this host's device.</summary>
internal sealed class ProfileWork(HostDevices devices, ProfileStages stages, RunTransfers transfers) : IRunWork
{
    public JobType JobType => JobType.Profile;

    public async Task<RunResult> RunAsync(RunScope scope)
    {
        var spec = scope.Spec;
        scope.Run.Tell("fetching the model", 0);
        string model = await transfers.FetchModelAsync(scope);
        var device = devices.Require(scope.Run.Assignment.DeviceId);
        var measured = new MeasuredModel(spec.ModelSha256, (long)spec.ModelBytes, spec.CheckedOptions);
        if (device.IsEmulated)
        {
            return new RunResult { ProfileJson = PlacementDocuments.Build(await stages.PlaceAsync(scope, model), measured, device).ToJsonString() };
        }

        var results = await stages.RunAsync(scope, model);
        var document = ProfileDocuments.Build(results, measured, device.RuntimeFor(spec.ModelType)!);
        return new RunResult { ProfileJson = ProfileDocuments.ToJson(document) };
    }
}
