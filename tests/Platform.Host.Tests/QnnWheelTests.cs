using System.Text.Json.Nodes;
using Google.Protobuf;
using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Runner.QnnStep.Tests;
using TestKit;
using TestKit.Hub;
using TestKit.Oracles;

namespace Platform.Host.Tests;

/// <summary>A hub whose operator mounts the wheel as its publisher gives it out.</summary>
public sealed class QnnWheelTests
{
    private const string Emulator = "htp-emulator (SM8650)";

    [Fact]
    public async Task Wheel_ServesStepsParityAndEmulatedDevices_UnpackedOnce()
    {
        using var folder = new TempFolder();
        string wheel = QnnWheel.Write(QnnMaterial.Require(), folder.Path);
        await using var hub = await HubProcess.StartAsync(("Compiler:Qnn", wheel), ("Worker:Qnn", wheel));
        using var stream = new MemoryStream();
        ModelWriter.Write(SmallNetworks.Convolutions("wheel"), stream);
        string model = await hub.UploadModelAsync("wheel.onnx", stream.ToArray());
        var job = await hub.SucceedAsync(new JobSpec { Compile = new CompileSpec { ModelId = model, DirectOptions = { ["target_runtime"] = "qnn_context_binary" }, Devices = { new DeviceSelector { Name = Emulator } } } });
        var report = JsonNode.Parse(JsonFormatter.Default.Format((await hub.Client.GetJobResultAsync(new GetJobResultRequest { JobId = job.JobId })).Report))!;
        double snr = (double)report["parity"]!["end_to_end"]!["worst_snr_db"]!;
        Assert.True(snr >= 50, $"{snr} dB");
        await hub.SucceedAsync(new JobSpec { Profile = new ProfileSpec { ModelId = job.TargetModelId, Device = new DeviceSelector { Name = Emulator } } });

        var diagnosis = await hub.Client.GetDiagnosticsAsync(new GetDiagnosticsRequest());
        Assert.True(diagnosis.Nodes.SelectMany(node => node.Tools).Single(tool => tool.Name == "link-qnn").Available);
        Assert.True(diagnosis.Hosts.SelectMany(host => host.Tools).Single(tool => tool.Name == "qnn-htp-emulation").Available);
        Assert.Single(Directory.GetDirectories(hub.Cache));
    }

    [Fact]
    public async Task DamagedWheel_IsNamedByTheDoctor()
    {
        using var folder = new TempFolder();
        string wheel = folder.File("onnxruntime_qnn-2.7.0-cp311-cp311-manylinux_2_35_x86_64.whl");
        await File.WriteAllTextAsync(wheel, "half a download", TestContext.Current.CancellationToken);
        await using var hub = await HubProcess.StartAsync(("Compiler:Qnn", wheel), ("Worker:Qnn", wheel));
        var diagnosis = await hub.Client.GetDiagnosticsAsync(new GetDiagnosticsRequest());
        foreach (var tool in diagnosis.Nodes.SelectMany(node => node.Tools).Where(tool => tool.Name == "link-qnn").Concat(diagnosis.Hosts.SelectMany(host => host.Tools).Where(tool => tool.Name == "qnn-htp-emulation")))
        {
            Assert.False(tool.Available);
            Assert.Contains(wheel, tool.Reason, StringComparison.Ordinal);
            Assert.Contains("no wheel", tool.Reason, StringComparison.Ordinal);
        }

        Assert.DoesNotContain((await hub.Client.ListDevicesAsync(new ListDevicesRequest())).Devices, device => device.Emulated);
    }
}
