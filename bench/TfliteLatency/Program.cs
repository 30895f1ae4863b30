using System.Diagnostics;
using System.Globalization;
using Onnx.Model;
using Onnx.Tflite;
using Onnx.Tflite.Tests;
using TestKit;
using TestKit.Oracles;
using TfliteLatency;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

// How long LiteRT takes for our products, divided by what ONNX Runtime takes for the sources: both in processes of one thread, bound
// to the same single core, turn about. Exit code 1 when a limit is missed.
// dotnet run -c Release --project bench/TfliteLatency [--pairs N] [--profile] [NETWORK ...]
// Networks are torchvision's, NAME.17.onnx in HUB_MODELS, as tests/Onnx.Tflite.Tests/Torchvision/export_models.py writes them.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["time", ..])
{
    return TimedChild.RunHere(args);
}

if (Environment.ProcessorCount > 1)
{
    using var bound = Process.Start(new ProcessStartInfo("taskset", ["-c", Environment.GetEnvironmentVariable("HUB_CORE") ?? "0", Environment.ProcessPath!, .. args]))!;
    bound.WaitForExit();
    return bound.ExitCode;
}

const double MeanLimit = 0.95;
const double Slack = 1.15;
int pairs = Array.IndexOf(args, "--pairs") is >= 0 and var at ? int.Parse(args[at + 1]) : 5;
string models = Environment.GetEnvironmentVariable("HUB_MODELS") ?? Path.Combine(CacheFolder.Path, "torchvision-2");
if (RuntimeLibraries.LiteRt is null)
{
    Console.WriteLine("needs toolchains/litert of the shared test material (HUB_SHARED) or HUB_LITERT_LIB");
    return 64;
}

var chosen = Networks.All.Where(network => args.Contains(network.Name)).ToList();
var ratios = new List<double>();
bool isMet = true;
double peak = CorePeak.MultiplyAddsPerSecond();
Console.WriteLine($"     this core does at most {peak / 1e9:0.0} G multiply-adds of float32 a second");
using var folder = new TempFolder();
foreach (var (name, constant) in chosen.Count > 0 ? chosen : Networks.All)
{
    string source = Path.Combine(models, $"{name}.17.onnx"), product = folder.File($"{name}.tflite"), input = folder.File("input.bin");
    using var file = OnnxFile.Open(source);
    File.WriteAllBytes(input, SeededInputs.Normal(file.Model.Graph, 1)[0].Data.AsSpan());
    var converted = TfliteConverter.Convert(file.Model, new ConvertOptions());
    (converted.Product ?? throw new InvalidOperationException($"{name} is refused")).Save(product);
    double arithmetic = converted.Report["multiply_adds"]!.GetValue<double>() / peak * 1e6;
    if (args.Contains("--profile"))
    {
        OperatorTimes.Print(product, input);
    }

    ratios.Add(await MeasureAsync(name, source, product, input, constant * Slack, arithmetic));
    File.Delete(product);
}

double mean = Math.Exp(ratios.Average(Math.Log));
Print($"geometric mean of {ratios.Count} networks", mean, MeanLimit, "");
return isMet ? 0 : 1;

async Task<double> MeasureAsync(string name, string source, string product, string input, double limit, double arithmetic)
{
    var (ours, theirs) = (double.PositiveInfinity, double.PositiveInfinity);
    for (int i = 0; i < pairs; i++)
    {
        theirs = Math.Min(theirs, await TimedChild.FastestAsync(Runtime.OnnxRuntime, source, input));
        ours = Math.Min(ours, await TimedChild.FastestAsync(Runtime.Litert, product, input));
    }

    Print(name, ours / theirs, limit, $"LiteRT {ours / 1000:0.00} ms, ONNX Runtime {theirs / 1000:0.00} ms, {arithmetic / theirs:0.000} for the multiplications alone");
    return ours / theirs;
}

void Print(string what, double ratio, double limit, string detail)
{
    isMet &= ratio <= limit;
    Console.WriteLine($"{(ratio <= limit ? "ok  " : "MISS")} {what,-32} {ratio,6:0.000} (at most {limit:0.000}) {detail}");
}
