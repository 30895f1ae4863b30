using System.Globalization;
using Microsoft.Extensions.Options;
using Platform.Contracts.Runner.V1;
using Platform.ProfilerWorker.Devices;
using Platform.ProfilerWorker.Runs;
using Platform.Sandbox.Gate;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>
/// The stages of a profile, each in a fresh process: a cold load and warm loads, timed runs without any profiling, and an
/// operator pass whose times are never mixed with the others.
/// </summary>
internal sealed class ProfileStages(HostDevices devices, MeasurementGate gate, IOptions<WorkerOptions> options, TimeProvider clock)
{
    public const int WarmLoads = 3;
    public const int WarmUpIterations = 5;

    // Profiling costs time itself, and a mean over more runs says nothing new.
    private const int OperatorIterations = 50;

    public async Task<StageResults> RunAsync(RunScope scope, string model)
    {
        scope.Run.Tell("reading the model", 0.05);
        var described = await AskAsync(scope, model, request => request.Describe = new Describe());
        var inputs = RandomInputs.Write(described.Described.Inputs, scope);
        int iterations = int.Parse(ModelRequest.Option(scope, "max_profiler_iterations"), CultureInfo.InvariantCulture);
        double seconds = double.Parse(ModelRequest.Option(scope, "max_profiler_time"), CultureInfo.InvariantCulture);
        scope.Run.Tell("waiting for a quiet machine", 0.1);
        using var alone = await gate.TakeAloneAsync(options.Value.GatePatience, scope.Run.Stopped);
        scope.Log.Line(alone is null ? "the machine did not get quiet: this measurement is contended" : "measuring alone on this machine");
        var results = new StageResults { Inputs = inputs, Began = clock.GetUtcNow(), Alone = alone is not null, Before = Load.Now(), ColdIsCold = PageCache.Forget(model) };
        scope.Run.Tell("loading", 0.2);
        results.Cold = await LoadAsync(scope, model, inputs);
        for (int i = 0; i < WarmLoads; i++)
        {
            results.Warm.Add(await LoadAsync(scope, model, inputs));
        }

        scope.Run.Tell($"timing {iterations} iterations", 0.4);
        scope.Log.Line($"timing up to {iterations} iterations, {seconds} s");
        results.Timed = (await AskAsync(scope, model, request => request.Timed = Timed(inputs, iterations, seconds))).TimedDone;
        scope.Run.Tell("timing operators", 0.8);
        results.PerOperator = (await AskAsync(scope, model, request => request.PerOperator = Operators(inputs, Math.Min(iterations, OperatorIterations)))).PerOperatorDone;
        results.After = Load.Now();
        return results;
    }

    /// <summary>An emulated device: which operators it runs, and no time of any kind.</summary>
    public async Task<PerOperatorDone> PlaceAsync(RunScope scope, string model)
    {
        scope.Run.Tell("reading the model", 0.1);
        var described = await AskAsync(scope, model, request => request.Describe = new Describe());
        var inputs = RandomInputs.Write(described.Described.Inputs, scope);
        using var share = await gate.ShareAsync(scope.Run.Stopped);
        scope.Run.Tell("looking where operators run", 0.3);
        return (await AskAsync(scope, model, request => request.PerOperator = Operators(inputs, 1))).PerOperatorDone;
    }

    private async Task<Loaded> LoadAsync(RunScope scope, string model, List<TensorFile> inputs) =>
        (await AskAsync(scope, model, request =>
        {
            request.Load = new Contracts.Runner.V1.Load();
            request.Load.Inputs.AddRange(inputs);
        })).Loaded;

    private static Timed Timed(List<TensorFile> inputs, int iterations, double seconds)
    {
        var timed = new Timed { MaxIterations = iterations, MaxSeconds = seconds, WarmUpIterations = WarmUpIterations };
        timed.Inputs.AddRange(inputs);
        return timed;
    }

    private static PerOperator Operators(List<TensorFile> inputs, int iterations)
    {
        var pass = new PerOperator { Iterations = iterations };
        pass.Inputs.AddRange(inputs);
        return pass;
    }

    private Task<Event> AskAsync(RunScope scope, string model, Action<Request> stage)
    {
        var request = ModelRequest.Of(scope, devices.Require(scope.Run.Assignment.DeviceId), model);
        stage(request);
        return scope.AskAsync(request);
    }
}
