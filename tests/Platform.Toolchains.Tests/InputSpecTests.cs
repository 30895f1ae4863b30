using Onnx.Model;

namespace Platform.Toolchains.Tests;

public sealed class InputSpecTests
{
    [Theory]
    [InlineData("image:1x3x224x224", "image", "1,3,224,224", DataType.Float)]
    [InlineData("ids:1,128:int64", "ids", "1,128", DataType.Int64)]
    [InlineData("serving:input:0:1x2:uint8", "serving:input:0", "1,2", DataType.UInt8)]
    [InlineData("scalar::int32", "scalar", "", DataType.Int32)]
    public void TryParse_Valid_GivesTheParts(string text, string name, string shape, DataType type)
    {
        Assert.True(InputSpec.TryParse(text, out var spec));
        Assert.Equal((name, shape, type), (spec!.Name, string.Join(',', spec.Shape), spec.Type));
    }

    [Theory]
    [InlineData("image")]
    [InlineData(":1x3")]
    [InlineData("image:1x0")]
    [InlineData("image:1x-3")]
    [InlineData("image:1x3:float99")]
    [InlineData("image:1x3:string")]
    public void TryParse_Invalid_IsFalse(string text) => Assert.False(InputSpec.TryParse(text, out _));
}
