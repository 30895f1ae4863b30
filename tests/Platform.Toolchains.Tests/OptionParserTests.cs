using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Options;

namespace Platform.Toolchains.Tests;

public sealed class OptionParserTests
{
    [Theory]
    [InlineData("--target_runtime tflite --truncate_64bit_io")]
    [InlineData("--target_runtime=tflite --truncate_64bit_io=true")]
    [InlineData("  --truncate_64bit_io   --target_runtime 'tflite'  ")]
    [InlineData("--target_runtime \"tflite\" --truncate_64bit_io True")]
    public void Parse_AcceptedForms_MeanTheSame(string text)
    {
        var options = Parse(text, out var refusals);
        Assert.Empty(refusals);
        Assert.Equal("tflite", options.Text("target_runtime"));
        Assert.True(options.Flag("truncate_64bit_io"));
        Assert.Equal(text, options.Verbatim);
    }

    [Fact]
    public void Parse_DirectOption_WinsOverTheString()
    {
        var refusals = new List<Refusal>();
        var options = OptionParser.Parse("--target_runtime onnx", new Dictionary<string, string> { ["target_runtime"] = "tflite" }, JobKinds.Compile, refusals);
        Assert.Empty(refusals);
        Assert.Equal("tflite", options.Text("target_runtime"));
    }

    [Theory]
    [InlineData("--no_such_thing", FailureCode.OptionUnknown)]
    [InlineData("--max_profiler_iterations 10", FailureCode.OptionWrongJob)]
    [InlineData("--target_runtime onnx --force_channel_last_input x", FailureCode.OptionWrongJob)]
    [InlineData("target_runtime tflite", FailureCode.OptionMalformed)]
    [InlineData("--target_runtime 'tflite", FailureCode.OptionMalformed)]
    [InlineData("--qnn_options =x", FailureCode.OptionMalformed)]
    [InlineData("--target_runtime tensorrt", FailureCode.OptionValueInvalid)]
    [InlineData("--truncate_64bit_io perhaps", FailureCode.OptionValueInvalid)]
    [InlineData("--compute_unit npu,fpga", FailureCode.OptionValueInvalid)]
    [InlineData("--output_names a,,b", FailureCode.OptionValueInvalid)]
    [InlineData("--target_runtime tflite --target_runtime onnx", FailureCode.OptionConflict)]
    public void Parse_Fault_IsRefusedWithItsCode(string text, FailureCode code)
    {
        Parse(text, out var refusals);
        Assert.Contains(refusals, refusal => refusal.Code == code);
    }

    [Fact]
    public void Parse_ManyFaults_AreAllReported()
    {
        Parse("--nope --target_runtime tensorrt --max_profiler_time 5", out var refusals);
        Assert.Equal(3, refusals.Count);
    }

    [Fact]
    public void Parse_UnknownOption_NamesTheNearest()
    {
        Parse("--target_runtim tflite", out var refusals);
        Assert.Contains("--target_runtime", Assert.Single(refusals).Message, StringComparison.Ordinal);
    }

    private static OptionSet Parse(string text, out List<Refusal> refusals)
    {
        refusals = [];
        return OptionParser.Parse(text, new Dictionary<string, string>(), JobKinds.Compile, refusals);
    }
}
