using TestKit;
using TestKit.Oracles;

namespace Onnx.Tflite.Tests;

/// <summary>Models of Debian's torchvision, exported once and kept in the cache folder.</summary>
public static class TorchvisionModels
{
    /// <summary>Networks with the most operators that their product may have: the best of AI Hub and other converters.</summary>
    public static IReadOnlyDictionary<string, int> OperatorLimits { get; } = new Dictionary<string, int>
    {
        ["mobilenet_v2"] = 69,
        ["mobilenet_v3_small"] = 113,
        ["mobilenet_v3_large"] = 128,
        ["resnet18"] = 37,
        ["resnet50"] = 78,
        ["squeezenet1_1"] = 39,
        ["shufflenet_v2_x1_0"] = 159,
        ["efficientnet_b0"] = 244,
        ["densenet121"] = 312,
        ["googlenet"] = 83,
        ["inception_v3"] = 129,
        ["regnet_y_400mf"] = 157,
        ["convnext_tiny"] = 279,
        ["deeplabv3_mobilenet_v3_large"] = 134,
        ["lraspp_mobilenet_v3_large"] = 132,
        ["fcn_resnet50"] = 76,
        ["vit_b_16"] = 532,
        ["swin_t"] = 695,
    };

    /// <summary>The file of a model; skips the test where torch or torchvision are missing.</summary>
    public static async Task<string> GetAsync(string name, int opset)
    {
        await Python.RequireAsync("torch", "torchvision");
        string folder = Path.Combine(CacheFolder.Path, "torchvision-2");
        string file = Path.Combine(folder, $"{name}.{opset}.onnx");
        if (!File.Exists(file))
        {
            await ExportAsync(folder, name, opset);
        }

        return file;
    }

    private static async Task ExportAsync(string folder, string name, int opset)
    {
        Directory.CreateDirectory(folder);
        using var temporary = new TempFolder();
        string script = RepositoryRoot.Combine("tests", "Onnx.Tflite.Tests", "Torchvision", "export_models.py");
        var run = await ProcessRun.RunAsync(Python.Program, [script, temporary.Path, $"{name}:{opset}"], limit: TimeSpan.FromMinutes(10));
        Assert.True(run.ExitCode == 0, run.Error);
        File.Move(Path.Combine(temporary.Path, $"{name}.{opset}.onnx"), Path.Combine(folder, $"{name}.{opset}.onnx"), overwrite: true);
    }
}
