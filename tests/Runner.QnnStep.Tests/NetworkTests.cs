using Onnx.Model;
using Platform.Toolchains;
using Platform.Toolchains.Qnn;
using TestKit;

namespace Runner.QnnStep.Tests;

/// <summary>Networks through every target for every chip, judged by the vendor's runtime against ONNX Runtime on the CPU.</summary>
public sealed class NetworkTests
{
    private static readonly int[] s_socs = [43, 57, 69, 60];

    private static bool IsFull => Environment.GetEnvironmentVariable("HUB_QNN_FULL") == "1";

    [Theory]
    [InlineData("float", 50)]
    [InlineData("a8w8", 30)]
    [InlineData("a16w8", 45)]
    public async Task Compile_Transformer_MeetsItsGate(string precision, double gate)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = folder.File("float.onnx");
        OnnxFile.Save(SmallNetworks.Transformer(), source);
        string model = await PreparedAsync(folder, source, precision);
        foreach (int soc in IsFull || precision == "float" ? s_socs : [57])
        {
            await CompileAllAsync(folder, source, model, soc, $"transformer {precision}", gate);
        }
    }

    [Theory]
    [InlineData("float")]
    [InlineData("a8w8")]
    [InlineData("a16w8")]
    [InlineData("a16w16")]
    public async Task Compile_Convolutions_MeetTheirGate(string precision)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = folder.File("float.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), source);
        string model = await PreparedAsync(folder, source, precision);
        // With 16-bit weights the CPU computes more exactly than the processor, as it does in float: the float gate holds for both.
        double gate = precision is "float" or "a16w16" ? 50 : await Numerics.CpuSnrAsync(source, model) - 3;
        await CompileAllAsync(folder, source, model, 57, $"convolutions {precision}", gate);
    }

    /// <summary>All networks in the full matrix (./test.sh --qnn); else one of them: the emulation takes its time.</summary>
    public static TheoryData<string, string> Networks => IsFull
        ? new() { { "mobilenet_v2", "float" }, { "mobilenet_v2", "a8w8" }, { "mobilenet_v2", "a16w8" }, { "resnet50", "float" }, { "resnet50", "a8w8" }, { "resnet50", "a16w8" } }
        : new() { { "mobilenet_v2", "float" } };

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Compile_ConvolutionalNetwork_MeetsItsGate(string network, string precision)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = await Onnx.Tflite.Tests.TorchvisionModels.GetAsync(network, 17);
        string model = await PreparedAsync(folder, source, precision);
        double gate = precision == "float" ? (network == "resnet50" ? 27 : 30) : await Numerics.CpuSnrAsync(source, model) - 3;
        foreach (int soc in IsFull ? s_socs : [57])
        {
            await CompileAllAsync(folder, source, model, soc, $"{network} {precision}", gate);
        }
    }

    [Fact]
    public async Task Link_TwoResolutionsOfMobileNet_TakeLittleMoreThanOne()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string large = await Onnx.Tflite.Tests.TorchvisionModels.GetAsync("mobilenet_v2", 17), small = folder.File("mobilenet_160.onnx");
        using (var file = OnnxFile.Open(large))
        {
            var input = file.Model.Graph.Inputs[0];
            input.Type = ((TypeProto.Tensor)input.Type) with { Shape = [1, 3, 160, 160] };
            file.Model.Graph.ValueInfos.Clear();
            file.Model.Graph.Name = "mobilenet_160";
            OnnxFile.Save(file.Model, small);
        }

        var linked = await QnnToolchain.LinkAsync(folder, [large, small], "--qnn_options context_enable_graphs=large,small");
        double apart = double.Parse(linked.Metadata(QnnFacts.BytesApart), System.Globalization.CultureInfo.InvariantCulture), together = new FileInfo(linked.File).Length;
        TestContext.Current.SendDiagnosticMessage($"two resolutions: {together:N0} of {apart:N0} bytes, {together / apart:P1}");
        Assert.True(together <= 0.55 * apart, $"{together:N0} of {apart:N0} bytes");
    }

    private static async Task<string> PreparedAsync(TempFolder folder, string source, string precision)
    {
        if (precision == "float")
        {
            return source;
        }

        string target = folder.File($"{precision}.onnx");
        await Qdq.WriteAsync(source, target, precision.StartsWith("a16", StringComparison.Ordinal) ? 16 : 8, precision.EndsWith("w16", StringComparison.Ordinal) ? 16 : 8);
        using var written = OnnxFile.Open(target);
        Assert.Equal(precision, ModelPrecision.Of(written.Model));
        return target;
    }

    private static async Task CompileAllAsync(TempFolder folder, string source, string model, int soc, string what, double gate)
    {
        var binary = await QnnToolchain.CompileAsync(folder, model, ModelForm.QnnContextBinary, "", soc);
        var again = await QnnToolchain.CompileAsync(folder, model, ModelForm.QnnContextBinary, "", soc);
        Assert.Equal(binary.Hash, again.Hash);
        var precompiled = await QnnToolchain.CompileAsync(folder, model, ModelForm.PrecompiledQnnOnnx, "", soc);
        var embedded = await QnnToolchain.CompileAsync(folder, model, ModelForm.PrecompiledQnnOnnx, "--target_runtime precompiled_qnn_onnx --embed_in_onnx", soc);
        var dlc = await QnnToolchain.CompileAsync(folder, model, ModelForm.QnnDlc, "", soc);
        var linked = await QnnToolchain.LinkAsync(folder, [dlc.File], soc: soc);
        foreach (var product in new[] { binary, precompiled, embedded, dlc, linked })
        {
            Assert.Equal($"{soc}", product.Metadata(QnnFacts.SocModel));
            await Loading.RequireAsync(product);
        }

        // Precompiled models hold the binary byte for byte, so that its numbers are theirs; small ones are run as well.
        Assert.Equal(binary.Hash, Loading.HashOfBinaryIn(precompiled.File));
        Assert.Equal(binary.Hash, Loading.HashOfBinaryIn(embedded.File));
        double snr = await Numerics.SnrAsync(source, binary.File);
        if (new FileInfo(binary.File).Length < 2_000_000)
        {
            Assert.Equal(snr, await Numerics.SnrAsync(source, precompiled.File));
            Assert.Equal(snr, await Numerics.SnrAsync(source, embedded.File));
        }

        if (IsFull || new FileInfo(binary.File).Length < 2_000_000)
        {
            Assert.Equal(snr, await Numerics.SnrAsync(source, linked.File), 3);
        }

        TestContext.Current.SendDiagnosticMessage($"{what} for {SocTable.Find(soc)!.Name}: {snr:0.0} dB, gate {gate:0.0} dB, {new FileInfo(binary.File).Length:N0} bytes");
        Assert.True(snr >= gate, $"{what} for {soc}: {snr:0.0} dB, gate {gate:0.0} dB");
    }
}
