using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.ProfilerWorker.Devices;
using Platform.ProfilerWorker.Runs;
using Platform.ServiceDefaults;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>A request about a run's model, with the runtime that this device has for it.</summary>
internal static class ModelRequest
{
    /// <summary>The request, without its stage.</summary>
    /// <exception cref="FailureException">The device has no runtime for it any more.</exception>
    public static Request Of(RunScope scope, IHostDevice device, string model)
    {
        var runtime = device.RuntimeFor(scope.Spec.ModelType)
            ?? throw new FailureException(FailureCode.RuntimeMissing, $"{device.Name} has no runtime for {scope.Spec.ModelType} models now; `hub doctor` says why");
        var settings = new Settings();
        settings.ComputeUnits.Add(device.IsEmulated ? "npu" : "cpu");
        foreach (var (name, value) in scope.Spec.CheckedOptions)
        {
            settings.Options[name] = value;
        }

        return new Request { Model = scope.Inside(model), Runtime = runtime.Runtime, Settings = settings };
    }

    public static string Option(RunScope scope, string name) =>
        scope.Spec.CheckedOptions.TryGetValue(name, out string? value) ? value : throw new FailureException(FailureCode.ArgumentInvalid, $"the run came without its option {name}");
}
