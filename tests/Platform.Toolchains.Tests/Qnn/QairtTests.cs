using Platform.Contracts.Hub.V1;
using Platform.Sandbox;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qairt;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;
using TestKit;

namespace Platform.Toolchains.Tests;

/// <summary>The full SDK's tools, played by scripts that write down how they were called.</summary>
public sealed class QairtTests
{
    private const string Recorder = "#!/bin/sh\necho \"$(basename \"$0\") $*\" >>calls.txt\n";

    [Fact]
    public async Task Probe_NoSdkOrNoTool_IsNotAnnounced()
    {
        using var folder = new TempFolder();
        var sandbox = Sandboxes.Create("none", TimeProvider.System);
        var missing = await new ModelLibraryStep(QairtSdk.Locate("", folder.Path)).ProbeAsync(sandbox, TestContext.Current.CancellationToken);
        Assert.False(missing.Available);
        Assert.Contains("HUB_QAIRT_ROOT", missing.Reason, StringComparison.Ordinal);
        var sdk = Sdk(folder, ("qnn-onnx-converter", ""));
        var half = await new ModelLibraryStep(sdk).ProbeAsync(sandbox, TestContext.Current.CancellationToken);
        Assert.False(half.Available);
        Assert.Contains("qnn-model-lib-generator", half.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ModelLibrary_CallsBothToolsAsDocumented()
    {
        using var folder = new TempFolder();
        var sdk = Sdk(folder, ("qnn-onnx-converter", ""), ("qnn-model-lib-generator", "mkdir -p \"$8/aarch64-android\"; echo library >\"$8/aarch64-android/libmodel.so\"\n"));
        var step = new ModelLibraryStep(sdk);
        Assert.Equal("2.44.0.260225", (await step.ProbeAsync(Sandboxes.Create("none", TimeProvider.System), TestContext.Current.CancellationToken)).Version);
        var (outcome, work, calls) = await RunAsync(folder, step, "libmodel.so", new InputSpec("image", [1, 3, 8, 8], Onnx.Model.DataType.Float));
        Assert.Empty(outcome.Refusals);
        Assert.Equal(
            [
                $"qnn-onnx-converter --input_network {work}/model.onnx --output_path {work}/qairt/model.cpp --input_dim image 1,3,8,8",
                $"qnn-model-lib-generator -c {work}/qairt/model.cpp -b {work}/qairt/model.bin -t aarch64-android -o {work}/qairt/lib",
            ], calls);
        Assert.Equal("library\n", await File.ReadAllTextAsync(Path.Combine(work, "libmodel.so"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Run_Converter_CallsItAsDocumented()
    {
        using var folder = new TempFolder();
        var sdk = Sdk(folder, ("qairt-converter", "echo dlc >\"$4\"\n"));
        var (outcome, work, calls) = await RunAsync(folder, new QairtConverterStep(sdk), "product.dlc", new InputSpec("image", [1, 3, 8, 8], Onnx.Model.DataType.Float));
        Assert.Empty(outcome.Refusals);
        Assert.Equal(
            [$"qairt-converter --input_network {work}/model.onnx --output_path {work}/qairt/model.dlc --preserve_onnx_output_order --source_model_input_shape image 1,3,8,8 --preserve_io_datatype"], calls);
    }

    [Fact]
    public async Task Run_ToolThatFails_IsRefusedWithItsWords()
    {
        using var folder = new TempFolder();
        var sdk = Sdk(folder, ("qairt-converter", "echo 'ERROR - op not implemented: Foo' >&2; exit 1\n"));
        var (outcome, _, _) = await RunAsync(folder, new QairtConverterStep(sdk), "product.dlc");
        var refusal = Assert.Single(outcome.Refusals);
        Assert.Equal(FailureCode.ToolCrashed, refusal.Code);
        Assert.Contains("op not implemented: Foo", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelForm.QnnContextBinary, "--retrieve_context /data/m.bin")]
    [InlineData(ModelForm.QnnDlc, "--model /data/hub/libQnnModelDlc.so --dlc_path /data/m.bin")]
    [InlineData(ModelForm.QnnLibAarch64Android, "--model /data/m.bin")]
    public void NetRun_Arguments_AreTheDocumentedOnes(ModelForm form, string model)
    {
        var run = new NetRun(form, "/data/m.bin", "/data/hub") { Inferences = 3, Profiling = "basic" };
        Assert.Equal(
            $"--backend /data/hub/libQnnHtp.so {model} --input_list /data/hub/input_list.txt --output_dir /data/hub/output --use_native_input_files --use_native_output_files --perf_profile burst --num_inferences 3 --profiling_level basic",
            string.Join(' ', run.Arguments));
        Assert.Equal("/data/hub/output/Result_1/scores.raw", run.OutputOf(1, "scores"));
        var files = run.Files(SocTable.Find(57)!, "aarch64-android");
        Assert.Contains("lib/hexagon-v75/unsigned/libQnnHtpV75Skel.so", files);
        Assert.Equal(form != ModelForm.QnnContextBinary, files.Contains("lib/aarch64-android/libQnnHtpPrepare.so"));
    }

    [Fact]
    public void NetRun_InputList_NamesEveryInput() =>
        Assert.Equal("a:=0/a.raw b:=0/b.raw\na:=1/a.raw b:=1/b.raw\n", NetRun.InputList([
            new Dictionary<string, string> { ["a"] = "0/a.raw", ["b"] = "0/b.raw" }, new Dictionary<string, string> { ["a"] = "1/a.raw", ["b"] = "1/b.raw" }]));

    private static QairtSdk Sdk(TempFolder folder, params (string Name, string Script)[] tools)
    {
        string bin = Directory.CreateDirectory(folder.File("qairt/2.44.0.260225/bin/x86_64-linux-clang")).FullName;
        foreach (var (name, script) in tools)
        {
            File.WriteAllText(Path.Combine(bin, name), Recorder + script);
            File.SetUnixFileMode(Path.Combine(bin, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return QairtSdk.Locate(folder.File("qairt/2.44.0.260225"), "")!;
    }

    private static async Task<(ProcessStepOutcome Outcome, string Work, string[] Calls)> RunAsync(TempFolder folder, ProcessStep step, string product, params InputSpec[] inputs)
    {
        string work = Directory.CreateDirectory(folder.File("work")).FullName;
        await File.WriteAllTextAsync(Path.Combine(work, "model.onnx"), "model", TestContext.Current.CancellationToken);
        var limits = new SandboxLimits(TimeSpan.FromMinutes(1), 1L << 30, 1 << 20, 1 << 16);
        var request = new ProcessStepRequest(Path.Combine(work, "model.onnx"), Path.Combine(work, product), work, OptionSet.Empty, inputs, true, limits, _ => { });
        var outcome = await step.RunAsync(request, Sandboxes.Create("none", TimeProvider.System), TestContext.Current.CancellationToken);
        return (outcome, work, await File.ReadAllLinesAsync(Path.Combine(work, "calls.txt"), TestContext.Current.CancellationToken));
    }
}
