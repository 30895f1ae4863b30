using System.Globalization;
using Pt2Import;

// Speed of .pt2 -> ONNX in CPU time. Prints each figure beside its goal; exit code 1 when one is missed.
// dotnet run -c Release --project bench/Pt2Import [PATH_OF_THE_SHARED_MATERIAL [PATH_OF_THE_PROGRAM_hub]]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string root = args.Length > 0 ? args[0] : Environment.GetEnvironmentVariable("HUB_SHARED") ?? "../shared";
string hub = args.Length > 1 ? args[1] : "artifacts/hub/hub";
string mobilenet = Path.Combine(root, "testdata", "pt2", "nets", "mobilenet_v2_x025", "model.pt2");
string work = Path.Combine(Path.GetTempPath(), $"pt2-bench-{Environment.ProcessId}");
Directory.CreateDirectory(work);
bool isMet = true;
try
{
    if (File.Exists(mobilenet))
    {
        Report("mobilenet_v2_x025 .pt2 -> ONNX in process, median of 200 after warm-up", "ms", Conversions.Median(mobilenet, 200), 20);
    }
    else
    {
        Console.WriteLine($"skipped: {mobilenet} is not there");
    }

    if (File.Exists(mobilenet) && File.Exists(hub))
    {
        Report("the same as a whole process (hub convert), CPU time, median of 9", "s", Conversions.ProcessSeconds(hub, mobilenet, Path.Combine(work, "p.onnx"), 9), 0.25);
    }
    else
    {
        Console.WriteLine($"skipped: {hub} is not built (./hub --version builds it as users run it)");
    }

    string large = Path.Combine(work, "large.pt2");
    SyntheticProgram.WriteLarge(large, weights: 16, megabytesEach: 32);
    var (seconds, bytes, allocated) = Conversions.Throughput(large, Path.Combine(work, "large.onnx"));
    double copy = Conversions.CopySeconds(large, Path.Combine(work, "copy"));
    Console.WriteLine($"     plain copy of the same file                                                  {bytes / copy / 1e9,10:0.00} GB/s");
    Report("weights of 512 MiB, .pt2 -> ONNX file", "GB/s", bytes / seconds / 1e9, 1.0, isLeast: true);
    Report("managed memory allocated for it, in parts of the weights", "", allocated / (double)bytes, 0.05);

    double half = Conversions.OfNodes(SyntheticProgram.Chain(50_000));
    double whole = Conversions.OfNodes(SyntheticProgram.Chain(100_000));
    Console.WriteLine($"     50,000 nodes                                                                 {half * 1000,10:0} ms");
    Console.WriteLine($"     100,000 nodes                                                                {whole * 1000,10:0} ms");
    Report("100,000 nodes against 50,000 (2 is linear)", "times", whole / half, 2.6);
}
finally
{
    Directory.Delete(work, recursive: true);
}

return isMet ? 0 : 1;

void Report(string what, string unit, double value, double goal, bool isLeast = false)
{
    bool met = isLeast ? value >= goal : value <= goal;
    isMet &= met;
    Console.WriteLine($"{(met ? "ok  " : "MISS")} {what,-76} {value,10:0.000} {unit} (goal {(isLeast ? "at least" : "at most")} {goal:0.###})");
}
