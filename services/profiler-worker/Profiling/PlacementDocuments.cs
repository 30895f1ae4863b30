using System.Text.Json.Nodes;
using Platform.Contracts.Runner.V1;
using Platform.ProfilerWorker.Devices;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>The profile of an emulated device: AI Hub's keys, with null for every time and memory figure, since there is none to give.</summary>
internal static class PlacementDocuments
{
    private static readonly string[] s_figures =
    [
        "estimated_inference_time", "estimated_inference_peak_memory", "first_load_time", "first_load_peak_memory", "warm_load_time", "warm_load_peak_memory", "compile_time", "compile_peak_memory",
        "compile_memory_increase_range", "compile_memory_peak_range", "first_load_memory_increase_range", "first_load_memory_peak_range", "warm_load_memory_increase_range",
        "warm_load_memory_peak_range", "inference_memory_increase_range", "inference_memory_peak_range",
    ];

    private static readonly string[] s_lists = ["all_compile_times", "all_first_load_times", "all_warm_load_times", "all_inference_times"];

    public static JsonObject Build(PerOperatorDone placement, MeasuredModel model, IHostDevice device) => new()
    {
        ["execution_summary"] = new JsonObject([
            .. s_figures.Select(key => KeyValuePair.Create(key, (JsonNode?)null)),
            .. s_lists.Select(key => KeyValuePair.Create(key, (JsonNode?)new JsonArray())),
        ]),
        ["execution_detail"] = new JsonArray([.. placement.Operators.Select(row => (JsonNode)new JsonObject { ["name"] = row.Name, ["type"] = row.Type, ["compute_unit"] = row.ComputeUnit })]),
        ["measurement"] = new JsonObject
        {
            ["kind"] = "placement",
            ["note"] = $"{device.Name} is an emulation: it shows which operators the processor runs, and no times",
            ["validity"] = new JsonObject { ["emulated"] = true },
            ["operators"] = placement.Operators.Count,
            ["runtime_version"] = placement.RuntimeVersion,
            ["model_sha256"] = model.Sha256,
            ["model_bytes"] = (double)model.Bytes,
        },
    };
}
