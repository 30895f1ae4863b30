using TestKit;

namespace Onnx.Model.Tests;

public sealed class RoundTripTests
{
    [Fact]
    public async Task Write_EveryModelOfTheOnnxSuite_ReadsAsTheSameModelInTheReferenceReader()
    {
        OnnxTestData.Require();
        await Python.RequireAsync("onnx");
        using var folder = new TempFolder();
        string list = folder.File("list");
        await File.WriteAllLinesAsync(list, OnnxTestData.Cases.Select((name, index) => Rewrite(name, folder.File($"{index}.onnx"))), TestContext.Current.CancellationToken);

        string script = Path.Combine(AppContext.BaseDirectory, "same_models.py");
        var run = await ProcessRun.RunAsync("/bin/sh", ["-c", $"exec '{Python.Program}' '{script}' <'{list}'"]);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal("wrong 0", run.Output.TrimEnd());
    }

    [Fact]
    public void Write_SameModelTwice_GivesTheSameBytes()
    {
        OnnxTestData.Require();
        foreach (string name in OnnxTestData.Cases.Take(50))
        {
            var first = ModelWriter.ToBytes(ModelReader.Read(File.ReadAllBytes(ModelOf(name))));
            var second = ModelWriter.ToBytes(ModelReader.Read(first));
            Assert.Equal(first, second);
        }
    }

    private static string ModelOf(string name) => Path.Combine(OnnxTestData.Root, name, "model.onnx");

    private static string Rewrite(string name, string target)
    {
        using var file = OnnxFile.Open(ModelOf(name));
        OnnxFile.Save(file.Model, target);
        return $"{ModelOf(name)}\t{target}";
    }
}
