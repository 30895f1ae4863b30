using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using MathNet.Numerics.Distributions;
using Platform.Contracts.Hub.V1;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace PlatformBench;

/// <summary>What a profile job says of a model, against a bare loop over the same runtime: pairs, turn about, each in fresh processes.</summary>
internal static class ProfileTruth
{
    private const int Pairs = 15;
    private const int Iterations = 1000;

    public static async Task RunAsync(Report report)
    {
        using var folder = new TempFolder();
        string path = folder.File("heavy.onnx");
        await File.WriteAllBytesAsync(path, Models.Heavy());
        await using var hub = await HubProcess.StartAsync();
        string model = await hub.UploadModelAsync("heavy.onnx", await File.ReadAllBytesAsync(path));
        var job = new List<double>();
        var bare = new List<double>();
        var again = new List<double>();
        for (int i = 0; i < Pairs; i++)
        {
            // The order turns, so that a drift of the machine favours none.
            foreach (int which in i % 2 == 0 ? new[] { 0, 1, 2 } : [2, 1, 0])
            {
                (which == 0 ? job : which == 1 ? bare : again).Add(which == 0 ? await ProfileAsync(hub, model) : await BareAsync(path));
            }
        }

        var ratios = job.Zip(bare, (mine, theirs) => mine / theirs).ToList();
        var control = again.Zip(bare, (first, second) => first / second).ToList();
        var (low, high) = Interval(ratios);
        var (controlLow, controlHigh) = Interval(control);
        double median = Report.Quantile(ratios, 0.5);
        Report.Figure("profile job over bare loop, median ratio", median, "", "at most 1.02");
        Report.Peer("95 % interval, from", low, "");
        Report.Peer("95 % interval, to", high, "");
        Report.Peer("bare loop over bare loop, 95 % interval, from", controlLow, "");
        Report.Peer("bare loop over bare loop, 95 % interval, to", controlHigh, "");
        report.Gate("median ratio at most 1.02", median <= 1.02, $"{median:0.0000}");
        report.Gate("the interval holds 1, or is no wider than bare against bare", (low <= 1 && high >= 1) || high - low <= controlHigh - controlLow, $"{low:0.000} to {high:0.000}");
    }

    private static async Task<double> ProfileAsync(HubProcess hub, string model)
    {
        var job = await hub.SucceedAsync(Profile(model, $"--max_profiler_iterations {Iterations}"));
        var profile = JsonNode.Parse(JsonFormatter.Default.Format((await hub.Client.GetJobResultAsync(new GetJobResultRequest { JobId = job.JobId })).Profile))!;
        return (double)profile["measurement"]!["statistics"]!["p50"]!;
    }

    private static async Task<double> BareAsync(string model)
    {
        var run = await ProcessRun.RunAsync(Environment.ProcessPath!, ["bare-loop", model, $"{Iterations}"]);
        return double.Parse(run.Output, CultureInfo.InvariantCulture);
    }

    // Order statistics around the median (distribution-free).
    private static (double Low, double High) Interval(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        var heads = new Binomial(0.5, sorted.Length);
        int rank = Enumerable.Range(1, sorted.Length / 2).Where(r => 1 - (2 * heads.CumulativeDistribution(r - 1)) >= 0.95).Max();
        return (sorted[rank - 1], sorted[^rank]);
    }
}
