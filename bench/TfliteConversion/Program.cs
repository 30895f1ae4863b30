using System.Diagnostics;
using System.Globalization;
using Onnx.Model;
using Onnx.Tflite;
using TfliteConversion;

// Speed of ONNX -> TensorFlow Lite. Prints each figure beside its goal; exit code 1 when one is missed.
// dotnet run -c Release --project bench/TfliteConversion [FOLDER_OF_MODELS [FOLDER_OF_THE_PUBLISHED_HUB]]
// Models are torchvision's, NAME.17.onnx, as tests/Onnx.Tflite.Tests/Torchvision/export_models.py writes them.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string models = args.Length > 0 ? args[0] : Path.Combine(Path.GetTempPath(), $"hub-test-cache-{Environment.UserName}", "torchvision-2");
string hub = args.Length > 1 ? args[1] : "artifacts/hub";
string work = Directory.CreateTempSubdirectory("tflite-bench-").FullName;
bool isMet = true;
try
{
    foreach (var (name, goal) in new[] { ("mobilenet_v2", 0.25), ("resnet50", 0.6) })
    {
        Processes(name, goal);
    }

    foreach (int nodes in new[] { 1_000, 10_000, 100_000 })
    {
        Report($"{nodes:N0} nodes in process, CPU time", "us a node", Microseconds(SyntheticModels.Chain(nodes)) / nodes, 30);
    }

    Throughput();
    Large();
}
finally
{
    Directory.Delete(work, recursive: true);
}

return isMet ? 0 : 1;

void Processes(string name, double goal)
{
    string source = Path.Combine(models, $"{name}.17.onnx"), product = Path.Combine(work, $"{name}.tflite");
    string program = Path.Combine(hub, "hub"), step = Path.Combine(hub, "runners", "step", "step");
    if (!File.Exists(source) || !File.Exists(program))
    {
        Console.WriteLine($"skipped: {source} or {program} is not there");
        return;
    }

    Report($"{name}, hub convert --no-verify, CPU time, best of 9", "s", Best(9, () => ChildClock.Run(program, ["convert", source, "-o", product, "--no-verify"])), goal);
    string request = $$$"""{"convert":{"input":"{{{source}}}","output":"{{{product}}}","steps":["onnx-to-tflite"],"from":"ONNX"}}""" + "\n";
    Report($"{name}, runners/step, CPU time, best of 9", "s", Best(9, () => ChildClock.Run(step, [], request)), goal);
    Report($"{name}, peak memory over 2.5 times the file", "MB", (ChildClock.PeakBytes() - (2.5 * new FileInfo(source).Length)) / 1e6, 80);
}

double Microseconds(ModelProto model)
{
    for (int i = 0; i < 3; i++)
    {
        Convert(model);
    }

    return Best(5, () =>
    {
        // Processor time, the collector's included: what others do on the machine does not count.
        var before = Environment.CpuUsage.TotalTime;
        Convert(model);
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds;
    });
}

static TfliteModel Convert(ModelProto model) => TfliteConverter.Convert(model, new ConvertOptions()).Product ?? throw new InvalidOperationException("refused");

void Throughput()
{
    string source = Path.Combine(work, "weights.onnx"), product = Path.Combine(work, "weights.tflite");
    OnnxFile.Save(SyntheticModels.Weights(8), source);
    double seconds = Best(3, () =>
    {
        var watch = Stopwatch.StartNew();
        using var file = OnnxFile.Open(source);
        Convert(file.Model).Save(product);
        return watch.Elapsed.TotalSeconds;
    });
    Report("512 MiB of weights to transpose, in process", "MB/s", new FileInfo(product).Length / seconds / 1e6, 400, isLeast: true);
}

void Large()
{
    string source = Path.Combine(work, "large.onnx"), product = Path.Combine(work, "large.tflite");
    const int Layers = 24;
    SyntheticModels.WriteExternal(source, Layers);
    double bytes = PrivateMemory.Run(Path.Combine(hub, "hub"), ["convert", source, "-o", product, "--no-verify"]);
    Report($"{new FileInfo(product).Length / 1e9:0.0} GB with external data, hub convert, most private memory", "MB", bytes / 1e6, 2000);
}

static double Best(int count, Func<double> measure) => Enumerable.Range(0, count).Select(_ => measure()).Min();

void Report(string what, string unit, double value, double goal, bool isLeast = false)
{
    bool met = isLeast ? value >= goal : value <= goal;
    isMet &= met;
    Console.WriteLine($"{(met ? "ok  " : "MISS")} {what,-66} {value,10:0.000} {unit} (goal {(isLeast ? "at least" : "at most")} {goal:0.###})");
}
