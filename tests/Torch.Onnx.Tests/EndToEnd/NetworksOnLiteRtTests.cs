using Onnx.Model;
using Onnx.Tflite;
using TestKit;
using TestKit.Oracles;
using Torch.Onnx.Tests.Oracle;

namespace Torch.Onnx.Tests.EndToEnd;

/// <summary>The networks of the fixtures as TensorFlow Lite models: PyTorch -> ONNX -> TFLite -> LiteRT, compared with PyTorch's own answers.</summary>
public sealed class NetworksOnLiteRtTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;

    // A step of float16 is more than the tolerance, and PyTorch itself rounds by one at every operator: refused unless float32 is allowed.
    private static readonly Dictionary<string, string> s_refused = new(StringComparer.Ordinal) { ["encoder_f16"] = ReasonCode.Float16Rounding };

    [Fact]
    public async Task Convert_EveryNetwork_AnswersOnLiteRtAsPyTorchDid()
    {
        string root = SharedMaterial.Require("testdata", "pt2", "nets");
        RuntimeLibraries.RequireLiteRt();
        var failures = new List<string>();
        foreach (string folder in Directory.GetDirectories(root).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(folder);
            string result = await RunAsync(folder, Tolerance, new ConvertOptions());
            output.WriteLine($"{name}: {result}");
            if (!result.StartsWith(s_refused.TryGetValue(name, out string? code) ? $"refused {code}" : "within", StringComparison.Ordinal))
            {
                failures.Add($"{name}: {result}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task Convert_Float16NetworkInFloat32_IsWithinAStepOfFloat16()
    {
        string root = SharedMaterial.Require("testdata", "pt2", "nets");
        RuntimeLibraries.RequireLiteRt();
        string result = await RunAsync(Path.Combine(root, "encoder_f16"), 1e-3, new ConvertOptions { AllowFloat32ForFloat16 = true });
        Assert.StartsWith("within", result, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string folder, double tolerance, ConvertOptions options)
    {
        var fixture = Fixture.Open(folder);
        var (inputs, expected) = fixture.Runs[0];
        using var file = ExportedProgramFile.Open(fixture.Program);
        var imported = TorchImporter.Import(file, new ImportOptions { Sizes = Sizes(file.Info, inputs) }, TestContext.Current.CancellationToken);
        var converted = TfliteConverter.Convert(imported.Model!, options, TestContext.Current.CancellationToken);
        if (converted.Product is null)
        {
            return $"refused {string.Join("; ", converted.Refusals.Select(refusal => $"{refusal.Code} [{refusal.Node}] {refusal.Message}").Distinct())}";
        }

        using var temporary = new TempFolder();
        string product = temporary.File("model.tflite");
        converted.Product.Save(product);
        var outcome = await TestKit.Oracles.Oracle.RunAsync(Platform.Contracts.Runner.V1.Runtime.Litert, product, inputs);
        if (outcome.Failure is not null)
        {
            return $"does not run: {outcome.Failure.ReplaceLineEndings(" ")}";
        }

        // Outputs by position: names are paths here and node names in the fixtures.
        double worst = 0;
        foreach (var (wanted, found) in expected.Zip(outcome.Outputs))
        {
            if (wanted.ElementCount != found.ElementCount)
            {
                return $"output {found.Name} has shape [{string.Join(',', found.Dims)}] instead of [{string.Join(',', wanted.Dims)}]";
            }

            worst = Math.Max(worst, Distance(wanted.ToDoubles(), found.ToDoubles()));
        }

        return worst <= tolerance ? $"within {worst:0.0e+0} of the range" : $"off by {worst:0.0e+0} of the range";
    }

    // The greatest difference in parts of the output's range.
    private static double Distance(double[] wanted, double[] found)
    {
        double range = wanted.Length == 0 || wanted.Max() == wanted.Min() ? 1 : wanted.Max() - wanted.Min();
        return wanted.Zip(found, (x, y) => x.Equals(y) ? 0 : Math.Abs(x - y) / range).Select(value => double.IsNaN(value) ? double.PositiveInfinity : value).DefaultIfEmpty().Max();
    }

    private static Dictionary<string, long> Sizes(ExportedProgramInfo info, List<TensorProto> inputs)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var input in info.Inputs)
        {
            long[] dims = inputs.Find(tensor => tensor.Name == input.Name)!.Dims;
            for (int i = 0; i < dims.Length; i++)
            {
                if (input.Shape[i].Param is { } symbol && symbol.All(char.IsLetterOrDigit))
                {
                    sizes[symbol] = dims[i];
                }
            }
        }

        return sizes;
    }
}
