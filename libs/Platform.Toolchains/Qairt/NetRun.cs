using System.Globalization;
using Platform.Toolchains.Qnn;

namespace Platform.Toolchains.Qairt;

/// <summary>
/// The command line of <c>qnn-net-run</c> on a device (Qualcomm AI Runtime SDK, "qnn-net-run"), and what has to lie beside it. The
/// device's transport carries it out.
/// </summary>
/// <param name="Form">Form of the model: context binary, DLC or model library.</param>
/// <param name="Model">Its file on the device.</param>
/// <param name="Folder">The folder on the device that holds the tools.</param>
public sealed record NetRun(ModelForm Form, string Model, string Folder)
{
    private const string Input = "input_list.txt";
    private const string Output = "output";

    /// <summary>Performance profile.</summary>
    public string PerformanceProfile { get; init; } = "burst";

    /// <summary>How often it runs.</summary>
    public int Inferences { get; init; } = 1;

    /// <summary>Profiling level: basic or detailed; empty for none.</summary>
    public string Profiling { get; init; } = "";

    /// <summary>Arguments, the program's name not among them.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        "--backend", $"{Folder}/libQnnHtp.so", .. ModelArguments(), "--input_list", $"{Folder}/{Input}", "--output_dir", $"{Folder}/{Output}", "--use_native_input_files", "--use_native_output_files",
        "--perf_profile", PerformanceProfile, "--num_inferences", Inferences.ToString(CultureInfo.InvariantCulture), .. Profiling.Length > 0 ? ["--profiling_level", Profiling] : Array.Empty<string>(),
    ];

    /// <summary>Its environment: the libraries of the processor and of the Hexagon side.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = Folder, ["ADSP_LIBRARY_PATH"] = Folder };

    /// <summary>The text of the input list: one line an inference, <c>name:=path</c> pairs.</summary>
    /// <param name="samples">For each inference the inputs by name.</param>
    public static string InputList(IEnumerable<IReadOnlyDictionary<string, string>> samples) =>
        string.Concat(samples.Select(sample => string.Join(' ', sample.Select(pair => $"{pair.Key}:={pair.Value}")) + "\n"));

    /// <summary>The file of an output of an inference, counted from 0.</summary>
    public string OutputOf(int inference, string tensor) => $"{Folder}/{Output}/Result_{inference.ToString(CultureInfo.InvariantCulture)}/{tensor}.raw";

    /// <summary>Files of the SDK that go to the device, by folder of the SDK.</summary>
    /// <param name="soc">The device's chip.</param>
    /// <param name="abi">The SDK's name of the device's platform, e.g. <c>aarch64-android</c>.</param>
    public IReadOnlyList<string> Files(Soc soc, string abi)
    {
        string library = $"lib/{abi}", arch = soc.Arch.ToString(CultureInfo.InvariantCulture);
        return
        [
            $"bin/{abi}/qnn-net-run", $"{library}/libQnnHtp.so", $"{library}/libQnnSystem.so", $"{library}/libQnnHtpV{arch}Stub.so", $"lib/hexagon-v{arch}/unsigned/libQnnHtpV{arch}Skel.so",
            .. Form == ModelForm.QnnContextBinary ? Array.Empty<string>() : [$"{library}/libQnnHtpPrepare.so"], .. Form == ModelForm.QnnDlc ? [$"{library}/libQnnModelDlc.so"] : Array.Empty<string>(),
        ];
    }

    private IReadOnlyList<string> ModelArguments() => Form switch
    {
        ModelForm.QnnContextBinary => ["--retrieve_context", Model],
        ModelForm.QnnDlc => ["--model", $"{Folder}/libQnnModelDlc.so", "--dlc_path", Model],
        _ => ["--model", Model],
    };
}
