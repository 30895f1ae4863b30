using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Sandbox;
using Platform.Toolchains.Qnn;

namespace Platform.Toolchains.Tests;

/// <summary>The failure texts of the vendor's libraries, each with its code.</summary>
public sealed class QnnFailuresTests
{
    private const string Fallback = "[ErrorCode:Fail] This session contains graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled by the user.";

    [Theory]
    [InlineData(FailureCode.QnnUnsupported, Fallback, "")]
    [InlineData(FailureCode.QnnUnsupported, "[ErrorCode:Fail] Node 'conv1' OpType:Conv with domain:com.ms.internal.nhwc was inserted using the NHWC format as requested by QNNExecutionProvider, but was not selected by that EP", "")]
    [InlineData(FailureCode.QnnUnsupported, "[ErrorCode:EpFail] Failed to validate op conv1. Error code: 3110", "")]
    [InlineData(FailureCode.QnnUnsupported, "[ErrorCode:EpFail] Failed to validate op conv1, Code: 3110", "")]
    [InlineData(FailureCode.QnnFloatUnsupported, "Tensor 'x' has a floating-point type which is not supported by the targeted device", "")]
    [InlineData(FailureCode.QnnUnsupported, "FAIL: Unable to compile any nodes", "")]
    [InlineData(FailureCode.QnnTypeUnsupported, "[ErrorCode:ShapeInferenceNotRegistered] Unsupported FP64 data type in graph IO.", "")]
    [InlineData(FailureCode.QnnUnsupported, "[ErrorCode:InvalidGraph] This is an invalid model. Error No Op registered for Odd with domain_version of 17", "")]
    [InlineData(FailureCode.QnnUnsupported, "FAIL: Fatal error: my.domain:Odd(-1) is not a registered function/op", "")]
    [InlineData(FailureCode.ModelUnreadable, "[ErrorCode:InvalidProtobuf] Load model from model.onnx failed:Protobuf parsing failed.", "")]
    [InlineData(FailureCode.ModelUnreadable, "[ErrorCode:InvalidArgument] No graph was found in the protobuf.", "")]
    [InlineData(FailureCode.ModelUnreadable, "[ErrorCode:NoSuchFile] Load model from model.onnx failed. File doesn't exist", "")]
    [InlineData(FailureCode.ModelUnreadable, "[ErrorCode:InvalidArgument] Node input 'nope' is not a graph input, initializer, or output of a previous node.", "")]
    [InlineData(FailureCode.ModelUnreadable, "[ErrorCode:Fail] Opset 99 is under development and support for this is limited.", "")]
    [InlineData(FailureCode.ModelUnreadable, "[ErrorCode:Fail] Unsupported model IR version: 14, max supported IR version: 13", "")]
    [InlineData(FailureCode.QnnSocUnknown, Fallback, "QNN SetupBackend failed Failed to create device. Error: QNN_DEVICE_ERROR_INVALID_CONFIG: Invalid config values")]
    [InlineData(FailureCode.RuntimeMissing, Fallback, "QNN SetupBackend failed Unable to load backend, error: libQnnHtp.so: cannot open shared object file: No such file or directory")]
    [InlineData(FailureCode.RuntimeMissing, Fallback, "Unable to load backend, error: libc++-71bc274c.so.1.0: cannot open shared object file")]
    [InlineData(FailureCode.DiskFull, "[ErrorCode:EpFail] Failed to open context cache file.", "")]
    [InlineData(FailureCode.QnnFinalizeFailed, "[ErrorCode:EpFail] Failed to finalize QNN graph. Error: QNN_COMMON_ERROR_MEM_ALLOC: Memory allocation related error Code: 1002", "")]
    [InlineData(FailureCode.QnnFinalizeFailed, "QnnGraph_finalize failed. Error code: 1002", "")]
    [InlineData(FailureCode.QnnBinaryDamaged, "[ErrorCode:InvalidGraph] Failed to load from EpContext model.", "Empty cache file encountered.")]
    [InlineData(FailureCode.QnnBinaryDamaged, "[ErrorCode:InvalidGraph] Failed to load from EpContext model.", "Failed to get context binary info.")]
    [InlineData(FailureCode.QnnBinaryDamaged, "[ErrorCode:InvalidGraph] Failed to load from EpContext model.", "The file path in ep_cache_context does not exist or is not accessible.")]
    [InlineData(FailureCode.QnnBinaryDamaged, "QnnSystemContext_getMetadata answered with error 30010", "")]
    [InlineData(FailureCode.QnnBinaryDamaged, "[ErrorCode:Fail] other context node name not exists in table qnn_models.", "")]
    [InlineData(FailureCode.QnnEmulatorCannot, "[ErrorCode:InvalidGraph] contextCreateFromBinary failed", "WARNING: Compatible cache not found.")]
    [InlineData(FailureCode.QnnArchTooNew, "[ErrorCode:Fail] load failed", "request feature arch with value 79 unsupported")]
    [InlineData(FailureCode.QnnBinaryIncompatible, "[ErrorCode:Fail] QNN_COMMON_ERROR_INCOMPATIBLE_BINARIES", "")]
    [InlineData(FailureCode.QnnBinaryIncompatible, "[ErrorCode:Fail] graph execute error. Error code: 1008", "")]
    [InlineData(FailureCode.QnnGraphNameTaken, "QnnSystemDlc_composeGraphs answered with error 1002", "<E> Graph name is a duplicate")]
    [InlineData(FailureCode.QnnGraphNameTaken, "[ErrorCode:Fail] Failed to compose Qnn graph.", "")]
    [InlineData(FailureCode.ModelUnreadable, "QnnSystemDlc_createFromFile answered with error 30004", "")]
    [InlineData(FailureCode.QnnVersionMismatch, "the binary's metadata are of version 9; this program reads version 3", "")]
    [InlineData(FailureCode.QnnFailed, "[ErrorCode:Fail] something that nobody has seen", "")]
    public void OfWords_KnownText_HasItsCode(FailureCode code, string error, string printed)
    {
        var refusal = Assert.Single(QnnFailures.OfWords(error, printed.Length == 0 ? [] : [printed]));
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void OfWords_UnsupportedNodes_AreAllNamed()
    {
        var refusals = QnnFailures.OfWords(Fallback, ["[E] Unsupported nodes in QNN EP: { name: a/b, type: Det }{ name: , type: Clip }"]);
        Assert.Equal([("a/b", "Det"), ("", "Clip")], refusals.Select(refusal => (refusal.Subject!, refusal.Reason!)));
        Assert.All(refusals, refusal => Assert.Equal(FailureCode.QnnUnsupported, refusal.Code));
    }

    [Fact]
    public void OfWords_NodeRenamedForItsLayout_HasItsOwnName()
    {
        var refusals = QnnFailures.OfWords("[ErrorCode:Fail] Node 'first_token_1' OpType:Conv with domain:com.ms.internal.nhwc was inserted using the NHWC format as requested by QNNExecutionProvider, but was not selected by that EP", ["Unsupported nodes in QNN EP: { name: first_token_1, type: Conv }"]);
        Assert.Equal("first", Assert.Single(refusals).Subject);
    }

    [Fact]
    public void OfWords_NothingPrinted_TheNotesNameTheNodes()
    {
        var refusal = Assert.Single(QnnFailures.OfWords(Fallback, [], new Dictionary<string, string> { ["act"] = "'t' has 6 dimensions, 5 are the most" }));
        Assert.Equal((FailureCode.QnnUnsupported, "act"), (refusal.Code, refusal.Subject));
        Assert.Contains("6 dimensions", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_AreWithoutColours_AndNoiseIsNotTakenForAReason()
    {
        var log = new List<string>();
        var words = new QnnWords(log.Add);
        words.Add("\u001b[1;31mreal\u001b[m");
        words.Add("# LIBNATIVE: No alternate configuration for x");
        Assert.Equal(["real", "# LIBNATIVE: No alternate configuration for x"], log);
        Assert.Equal(["real"], words.Lines);
    }

    [Theory]
    [InlineData(SandboxEnd.Crashed, FailureCode.ToolCrashed)]
    [InlineData(SandboxEnd.TimedOut, FailureCode.TimedOut)]
    [InlineData(SandboxEnd.OutOfMemory, FailureCode.OutOfMemory)]
    [InlineData(SandboxEnd.OutputTooLarge, FailureCode.OutputTooLarge)]
    public void OfEnd_ChildThatLeftNothing_HasTheSandboxsCode(SandboxEnd end, FailureCode code)
    {
        var words = new QnnWords(_ => { });
        words.Add("the last thing it said");
        var refusal = QnnFailures.OfEnd(new SandboxResult(end, 139, TimeSpan.FromSeconds(1), 1 << 20), words);
        Assert.Equal(code, refusal.Code);
        Assert.Contains("the last thing it said", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OfResponse_ItsOwnRefusals_StayAsTheyAre()
    {
        var response = new QnnResponse { Refusals = { new FailureDetail { Code = FailureCode.QnnShapeDynamic, Message = "open", Subject = "x" } } };
        Assert.Equal(new Refusal(FailureCode.QnnShapeDynamic, "open", Subject: "x"), Assert.Single(QnnFailures.OfResponse(response, new QnnWords(_ => { }))));
    }
}
