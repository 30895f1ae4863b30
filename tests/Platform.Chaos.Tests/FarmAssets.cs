using Platform.Contracts.Hub.V1;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Chaos.Tests;

/// <summary>Models whose names say what their runs and conversions do, and what comes of them where nothing is broken.</summary>
internal sealed class FarmAssets
{
    private readonly Dictionary<string, string> _models = [];
    private readonly Dictionary<(string Model, string Kind), string> _hashes = [];

    /// <summary>A dataset for all of them: two rows.</summary>
    public string Rows { get; private init; } = "";

    /// <summary>Model by the name of its file, without the extension.</summary>
    public string this[string name] => _models[name];

    public static async Task<FarmAssets> MakeAsync(HubProcess hub)
    {
        var assets = new FarmAssets { Rows = await hub.UploadDatasetAsync("rows.npz", Npz.Of(("x", [2, 3], [1, 2, 3, 4, 5, 6]))) };
        foreach (string name in new[] { "quick", "sim-slow", "sim-long", "sim-minute", "sim-day", "sim-memory", "sim-hang", "sim-spin", "sim-crash", "sim-attack", "sim-fill", "sim-link" })
        {
            await assets.AddAsync(hub, name);
        }

        // What undisturbed jobs give is what every later one must give; that it is right is judged by the suite's other tests.
        foreach (string name in new[] { "quick" })
        {
            var compiled = await hub.SucceedAsync(Compile(assets[name], "onnx"), bypassCache: true);
            assets._hashes[(name, "compile")] = (await hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = compiled.TargetModelId })).Sha256;
            var inferred = await hub.SucceedAsync(assets.Infer(name), bypassCache: true);
            assets._hashes[(name, "inference")] = (await hub.Client.DownloadDatasetAsync(new DownloadDatasetRequest { DatasetId = inferred.OutputDatasetId })).Sha256;
        }

        return assets;
    }

    public async Task AddAsync(HubProcess hub, string name) => _models[name] = await hub.UploadModelAsync(name + ".onnx", Models.Linear(1, 50));

    /// <summary>All models are the same network under other names: so are their products.</summary>
    public string HashOf(string kind) => _hashes[("quick", kind)];

    public JobSpec Infer(string name) => new()
    {
        Inference = new InferenceSpec { ModelId = this[name], DatasetId = Rows, Device = new DeviceSelector { Attributes = { "simulated:true" } } },
    };

    public JobSpec Convert(string name) => Compile(this[name], "onnx");
}
