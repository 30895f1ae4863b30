using Platform.Contracts.Runner.V1;
using Runner.Model.LiteRt;
using Runner.Model.OnnxRuntime;
using Runner.Model.Qnn;
using Runner.Model.Tflite;

namespace Runner.Model.Runtimes;

/// <summary>One runtime that this program can load.</summary>
internal abstract class RuntimeAdapter
{
    public static IReadOnlyList<RuntimeAdapter> All { get; } = [new OnnxRuntimeAdapter(), new LiteRtAdapter(), new TfliteAdapter(), new QnnAdapter()];

    public abstract Platform.Contracts.Runner.V1.Runtime Kind { get; }

    /// <summary>Finds and loads the runtime itself; says why when it cannot be used.</summary>
    public abstract RuntimeVersion Probe(Settings settings);

    /// <summary>Loads a model.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="settings">Threads, options, library.</param>
    /// <param name="extraOutputs">Inner values to give as well.</param>
    public abstract ModelSession Open(string path, Settings settings, IReadOnlyList<string> extraOutputs);

    /// <summary>Loads a model with the runtime's own profiling on.</summary>
    public abstract OperatorPass OpenProfiled(string path, Settings settings);

    public static ModelSession Open(Request request, IReadOnlyList<string> extraOutputs) =>
        For(request).Open(request.Model, request.Settings ?? new Settings(), extraOutputs);

    public static OperatorPass OpenProfiled(Request request) => For(request).OpenProfiled(request.Model, request.Settings ?? new Settings());

    private static RuntimeAdapter For(Request request)
    {
        var adapter = All.FirstOrDefault(candidate => candidate.Kind == request.Runtime)
            ?? throw new RunnerException("RUNTIME_MISSING", $"this runner does not know the runtime {request.Runtime}");
        return File.Exists(request.Model) ? adapter : throw new RunnerException("MODEL_LOAD_FAILED", $"{request.Model} does not exist");
    }
}
