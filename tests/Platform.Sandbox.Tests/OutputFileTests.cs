using TestKit;

namespace Platform.Sandbox.Tests;

/// <summary>What a sandboxed program may leave in the place of its product.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public OutputFileTests()
    {
        Directory.CreateDirectory(_folder.File("host"));
        File.WriteAllText(_folder.File("host/secret"), "secret");
        Directory.CreateDirectory(_folder.File("work/step0"));
    }

    private string Work => _folder.File("work");

    private string Product => _folder.File("work/step0/model.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IsPlain_AFile_IsOne()
    {
        File.WriteAllText(Product, "product");
        Assert.True(OutputFile.IsPlain(Work, Product));
    }

    [Fact]
    public void IsPlain_ALinkToTheHost_IsNone()
    {
        File.CreateSymbolicLink(Product, _folder.File("host/secret"));
        Assert.False(OutputFile.IsPlain(Work, Product));
    }

    [Fact]
    public void IsPlain_AFolderThatIsALink_HoldsNone()
    {
        Directory.Delete(_folder.File("work/step0"));
        Directory.CreateSymbolicLink(_folder.File("work/step0"), _folder.File("host"));
        Assert.False(OutputFile.IsPlain(Work, _folder.File("work/step0/secret")));
    }

    [Fact]
    public async Task IsPlain_APipeOrNothing_IsNone()
    {
        Assert.False(OutputFile.IsPlain(Work, Product));
        await ProcessRun.RunAsync("/usr/bin/mkfifo", [Product]);
        Assert.False(OutputFile.IsPlain(Work, Product));
    }
}
