using Platform.Host.Tests.Hosting;
using TestKit;
using TestKit.Hub;

namespace Platform.Host.Tests;

/// <summary>The examples in clients/examples do what they say.</summary>
public sealed class ExampleTests(HubFixture fixture)
{
    [Fact]
    public async Task Python_CompilesAndProfiles()
    {
        await Python.RequireAsync("json");
        string output = await Python.RunAsync(
            RepositoryRoot.Combine("clients", "examples", "python", "compile_and_profile.py"), $"http://127.0.0.1:{fixture.Hub.HttpPort}", fixture.Hub.Token, Assets.SampleFile("digits.pt"), "image=1,1,8,8");
        Assert.StartsWith("median ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CSharp_CompilesAndProfiles()
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("linear.onnx"), Models.Linear(1, 71));
        var run = await ProcessRun.RunAsync(
            Path.Combine(HubProcess.Binaries("CompileAndProfile"), "CompileAndProfile"), [$"http://127.0.0.1:{fixture.Hub.GrpcPort}", fixture.Hub.Token, folder.File("linear.onnx")]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("estimated inference time", run.Output, StringComparison.Ordinal);
    }
}
