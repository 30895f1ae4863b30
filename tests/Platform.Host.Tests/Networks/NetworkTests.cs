using System.Globalization;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using Platform.Toolchains.Inspection;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests.Networks;

/// <summary>Networks that people use, as TorchScript through the platform to TFLite, judged by PyTorch's outputs.</summary>
public sealed class NetworkTests(HubFixture fixture)
{
    private const double LargestError = 1e-5;
    private static readonly string s_script = RepositoryRoot.Combine("tests", "Platform.Host.Tests", "Networks", "networks.py");

    [Theory]
    [InlineData("mobilenet_v2", 70)]
    [InlineData("resnet18", 37)]
    [InlineData("squeezenet1_1", 39)]
    public async Task TorchScript_ThroughThePlatform_GivesPyTorchsNumbersInFewOperators(string name, int operators)
    {
        await Python.RequireAsync("torch", "torchvision", "h5py");
        using var folder = new TempFolder();
        await Python.RunAsync(s_script, "make", name, folder.Path);
        var hub = fixture.Hub;
        string model = await hub.UploadModelAsync(name + ".pt", await File.ReadAllBytesAsync(folder.File(name + ".pt")));
        string inputs = await hub.UploadDatasetAsync("inputs.npz", await File.ReadAllBytesAsync(folder.File("inputs.npz")));
        var compiled = await hub.SucceedAsync(Compile(model, "tflite", new TensorSpec { Name = "x", Dtype = "float32", Shape = { 1, 3, 224, 224 } }));
        var inferred = await hub.SucceedAsync(Infer(compiled.TargetModelId, inputs));
        await File.WriteAllBytesAsync(
            folder.File("outputs.h5"), await hub.DownloadAsync(await hub.Client.DownloadDatasetAsync(new DownloadDatasetRequest { DatasetId = inferred.OutputDatasetId })));
        double error = double.Parse(await Python.RunAsync(s_script, "judge", folder.Path, folder.File("outputs.h5")), CultureInfo.InvariantCulture);
        await File.WriteAllBytesAsync(
            folder.File("product.tflite"), await hub.DownloadAsync(await hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = compiled.TargetModelId })));
        var facts = ModelInspector.Inspect(folder.File("product.tflite"));
        int transposes = int.Parse(facts.Metadata.GetValueOrDefault("operators.TRANSPOSE", "0"), CultureInfo.InvariantCulture);
        int all = int.Parse(facts.Metadata["operators"], CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: error {error:0.0e0} of the range, {all - transposes} operators and {transposes} transposes");
        Assert.True(error <= LargestError, $"the largest error is {error} of the range");

        // One at the only input of rank 4; the output has rank 2.
        Assert.InRange(transposes, 0, 1);
        Assert.InRange(all - transposes, 1, operators);
    }
}
