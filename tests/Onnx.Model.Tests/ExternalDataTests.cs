using TestKit;

namespace Onnx.Model.Tests;

public sealed class ExternalDataTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Save_WithThreshold_MovesLargeTensorsOutAndReadsThemBack()
    {
        var model = SmallModel(out float[] weights);
        OnnxFile.Save(model, _folder.File("m.onnx"), externalDataThreshold: 16);

        using var file = OnnxFile.Open(_folder.File("m.onnx"));
        var tensor = Assert.Single(file.Model.Graph.Initializers);
        Assert.Equal(new ExternalDataInfo("m.onnx.data", 0, 400), tensor.External);
        Assert.Equal(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(weights).ToArray(), tensor.Data.AsSpan().ToArray());
        Assert.Null(model.Graph.Initializers[0].External);
    }

    [Fact]
    public void Save_OverItsOwnSource_KeepsTheData()
    {
        OnnxFile.Save(SmallModel(out float[] weights), _folder.File("m.onnx"), externalDataThreshold: 16);
        using (var file = OnnxFile.Open(_folder.File("m.onnx")))
        {
            OnnxFile.Save(file.Model, _folder.File("m.onnx"), externalDataThreshold: 16);
        }

        using var again = OnnxFile.Open(_folder.File("m.onnx"));
        Assert.Equal(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(weights).ToArray(), again.Model.Graph.Initializers[0].Data.AsSpan().ToArray());
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../secret")]
    [InlineData("a/../../secret")]
    [InlineData("a\\..\\secret")]
    [InlineData("c:secret")]
    [InlineData("")]
    [InlineData("a//b")]
    public void Open_LocationOutsideTheFolder_IsForbidden(string location)
    {
        File.WriteAllText(Path.Combine(_folder.Path, "..", "secret"), new string('x', 400));
        Save(location, 0, 400);
        Assert.Equal(OnnxFormatError.ExternalDataForbidden, OpenFails());
    }

    [Fact]
    public void Open_LinkToAFileElsewhere_IsForbidden()
    {
        File.CreateSymbolicLink(_folder.File("weights"), "/etc/passwd");
        Save("weights", 0, 400);
        Assert.Equal(OnnxFormatError.ExternalDataForbidden, OpenFails());
    }

    [Fact]
    public void Open_LinkedFolder_IsForbidden()
    {
        Directory.CreateSymbolicLink(_folder.File("sub"), "/etc");
        Save("sub/passwd", 0, 400);
        Assert.Equal(OnnxFormatError.ExternalDataForbidden, OpenFails());
    }

    [Fact]
    public void Open_MissingFile_SaysSo()
    {
        Save("weights", 0, 400);
        Assert.Equal(OnnxFormatError.ExternalDataMissing, OpenFails());
    }

    [Theory]
    [InlineData(0, 401)]
    [InlineData(401, 0)]
    [InlineData(4, 400)]
    [InlineData(long.MaxValue, 400)]
    public void Open_RangeOutsideTheFile_IsRefused(long offset, long length)
    {
        File.WriteAllBytes(_folder.File("weights"), new byte[400]);
        Save("weights", offset, length);
        Assert.Equal(OnnxFormatError.ExternalDataOutOfRange, OpenFails());
    }

    [Fact]
    public void Open_LengthThatDoesNotFitTheShape_IsRefused()
    {
        File.WriteAllBytes(_folder.File("weights"), new byte[400]);
        Save("weights", 0, 396);
        Assert.Equal(OnnxFormatError.TensorSizeMismatch, OpenFails());
    }

    public void Dispose() => _folder.Dispose();

    private static ModelProto SmallModel(out float[] weights)
    {
        weights = [.. Enumerable.Range(0, 100).Select(i => i / 3f)];
        var graph = new GraphProto
        {
            Name = "g",
            Initializers = { TensorProto.Create<float>("w", DataType.Float, [10, 10], weights) },
            Inputs = { ValueInfoProto.Tensor("x", DataType.Float, 10, 10) },
            Outputs = { ValueInfoProto.Tensor("y", DataType.Float, 10, 10) },
            Nodes = { new NodeProto { OpType = "Add", Inputs = { "x", "w" }, Outputs = { "y" } } },
        };
        return new ModelProto { Graph = graph, OpsetImports = { new OperatorSetId("", 21) } };
    }

    private void Save(string location, long offset, long length)
    {
        var model = SmallModel(out _);
        model.Graph.Initializers[0].External = new ExternalDataInfo(location, offset, length);
        using var stream = File.Create(_folder.File("m.onnx"));
        ModelWriter.Write(model, stream);
    }

    private OnnxFormatError OpenFails() => Assert.Throws<OnnxFormatException>(() => OnnxFile.Open(_folder.File("m.onnx")).Dispose()).Error;
}
