using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using TestKit.Hub;

namespace Platform.Host.Tests;

/// <summary>A hub where no QNN package is mounted says what to mount.</summary>
public sealed class QnnUnmountedTests(HubFixture fixture)
{
    [Theory]
    [InlineData("qnn_dlc")]
    [InlineData("qnn_context_binary")]
    [InlineData("precompiled_qnn_onnx")]
    [InlineData("qnn_lib_aarch64_android")]
    public async Task Compile_WithoutThePackage_SaysWhatToMount(string target)
    {
        var spec = HubCalls.Compile(fixture.Assets.Linear, target);
        spec.Compile.Devices.Add(new DeviceSelector { Attributes = { "soc-model:57" } });
        var failure = HubCalls.FailureOf(await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => fixture.Hub.SubmitAsync(spec)));
        Assert.Contains(failure.Details, detail => detail.Code == FailureCode.StepNotMounted && detail.Message.Contains(target.StartsWith("qnn_lib", StringComparison.Ordinal) ? "HUB_QAIRT_ROOT" : "HUB_QNN_ROOT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Link_WithoutThePackage_SaysWhatToMount()
    {
        var spec = new JobSpec { Link = new LinkSpec { ModelIds = { fixture.Assets.Linear }, Device = new DeviceSelector { Attributes = { "soc-model:57" } } } };
        var failure = HubCalls.FailureOf(await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => fixture.Hub.SubmitAsync(spec)));
        Assert.Equal(FailureCode.StepNotMounted, failure.Code);
        Assert.Contains("HUB_QNN_ROOT", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_WithoutThePackage_SaysWhatToMount()
    {
        var diagnosis = await fixture.Hub.Client.GetDiagnosticsAsync(new GetDiagnosticsRequest());
        var tool = diagnosis.Nodes.SelectMany(node => node.Tools).Single(candidate => candidate.Name == "onnx-to-qnn-context-binary");
        Assert.False(tool.Available);
        Assert.Contains("HUB_QNN_ROOT", tool.Reason, StringComparison.Ordinal);
    }
}
