using System.Text.Json.Nodes;
using Platform.Contracts.Runner.V1;
using Platform.ProfilerWorker.Profiling;

namespace Platform.ProfilerWorker.Tests;

public sealed class ProfileDocumentsTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void ToJson_Profile_HasTheKeysOfAiHubAndOurOwn()
    {
        var json = Json(Results());

        Assert.Equal(["execution_summary", "execution_detail", "measurement"], Keys(json));
        Assert.Equal(
            [
                "all_compile_times", "all_first_load_times", "all_inference_times", "all_warm_load_times",
                "compile_memory_increase_range", "compile_memory_peak_range", "compile_peak_memory", "compile_time",
                "estimated_inference_peak_memory", "estimated_inference_time",
                "first_load_memory_increase_range", "first_load_memory_peak_range", "first_load_peak_memory", "first_load_time",
                "inference_memory_increase_range", "inference_memory_peak_range",
                "warm_load_memory_increase_range", "warm_load_memory_peak_range", "warm_load_peak_memory", "warm_load_time",
            ],
            Keys(json["execution_summary"]!).Order(StringComparer.Ordinal));
        Assert.Equal(["name", "type", "compute_unit", "execution_time"], Keys(json["execution_detail"]![0]!));
        Assert.Equal(
            [
                "sample_microseconds", "sample_start_microseconds", "statistics", "warm_up_iterations", "warm_up_first_microseconds", "warm_up_change_point", "drift",
                "stopped_by_time", "loads", "inference_memory", "operators", "profiling_overhead_ratio", "unexplained_share", "validity", "environment",
            ],
            Keys(json["measurement"]!));
    }

    [Fact]
    public void ToJson_Options_KeepTheirNames() => Assert.Equal("1", (string?)Json(Results())["measurement"]!["environment"]!["options"]!["someOption"]);

    [Fact]
    public void Build_Summary_CountsLoadsWithoutStartAndFirstRun()
    {
        var summary = Build(Results()).ExecutionSummary;

        Assert.Equal((30, 20), (summary.FirstLoadTime, summary.WarmLoadTime));
        Assert.Equal([20L, 25], summary.AllWarmLoadTimes);
        Assert.Equal((3 * MiB, 4 * MiB), (summary.FirstLoadPeakMemory, summary.WarmLoadPeakMemory));
        Assert.Equal([2 * MiB, 2 * MiB], summary.FirstLoadMemoryIncreaseRange!);
        Assert.Equal([2 * MiB, 3 * MiB], summary.WarmLoadMemoryIncreaseRange!);
        Assert.Equal([MiB, MiB], summary.InferenceMemoryIncreaseRange!);
    }

    [Fact]
    public void Build_InferenceTime_IsTheSmallestInWholeMicroseconds()
    {
        var summary = Build(Results()).ExecutionSummary;

        Assert.Equal(10, summary.EstimatedInferenceTime);
        Assert.Equal([12L, 10, 11], summary.AllInferenceTimes);
        Assert.Equal(9 * MiB, summary.EstimatedInferencePeakMemory);
    }

    [Fact]
    public void Build_OperatorPass_GivesOverheadAndWhatIsUnexplained()
    {
        var measurement = Build(Results()).Measurement;

        Assert.Equal(20 / 11.4, measurement.ProfilingOverheadRatio!.Value, 9);
        Assert.Equal(0.25, measurement.UnexplainedShare!.Value, 9);
    }

    [Fact]
    public void Build_NoOperatorPass_LeavesItsFiguresOut()
    {
        var results = Results();
        results.PerOperator = new PerOperatorDone();
        var measurement = Build(results).Measurement;

        Assert.Null(measurement.ProfilingOverheadRatio);
        Assert.Null(measurement.UnexplainedShare);
        Assert.Empty(measurement.Operators);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Build_NotAlone_IsContended(bool alone, bool contended) => Assert.Equal(contended, Build(Results(alone)).Measurement.Validity.Contended);

    private static StageResults Results(bool alone = true)
    {
        var results = new StageResults
        {
            Inputs = [], Began = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), Alone = alone, ColdIsCold = true, Before = new Platform.ProfilerWorker.Profiling.Load(0.5, null),
            Cold = Load(read: 10, prepare: 20, resident: 3),
            Timed = new TimedDone { Microseconds = { 12.2, 10.4, 11.4 }, StartMicroseconds = { 0, 13, 24 }, Memory = Memory(8, 9), RuntimeVersion = "1.2" },
            PerOperator = new PerOperatorDone
            {
                Operators = { new Operator { Name = "a", Type = "Conv", ComputeUnit = "CPU", Microseconds = 8.6, MeanMicroseconds = 15, Calls = 2 } },
                Microseconds = { 20, 20 },
            },
        };
        results.Warm.Add(Load(read: 5, prepare: 15, resident: 3));
        results.Warm.Add(Load(read: 5, prepare: 20, resident: 4));
        return results;
    }

    private static Loaded Load(double read, double prepare, int resident) => new()
    {
        Phases =
        {
            new Phase { Name = "start", Microseconds = 1000, Memory = Memory(1, 50) },
            new Phase { Name = "read", Microseconds = read, Memory = Memory(2, 2) },
            new Phase { Name = "prepare", Microseconds = prepare, Memory = Memory(resident, resident) },
            new Phase { Name = "first_run", Microseconds = 500, Memory = Memory(resident + 1, 60) },
        },
    };

    private static Memory Memory(int resident, int peak) => new() { Resident = resident * MiB, Peak = peak * MiB, PeakIsPhase = true };

    private static ProfileDocument Build(StageResults results) => ProfileDocuments.Build(
        results, new MeasuredModel("abc", 5, new Dictionary<string, string> { ["someOption"] = "1" }), new RuntimeVersion { Runtime = Runtime.Tflite, Version = "1.2" });

    private static JsonNode Json(StageResults results) => JsonNode.Parse(ProfileDocuments.ToJson(Build(results)))!;

    private static IEnumerable<string> Keys(JsonNode node) => node.AsObject().Select(pair => pair.Key);
}
