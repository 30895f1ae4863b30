using Platform.Budgets;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.Planning;

/// <summary>Every step that the product has, whether or not a node of this installation can do it.</summary>
[DataTable("The list of steps with what a node needs for each.")]
public static class StepCatalog
{
    /// <summary>All steps.</summary>
    public static IReadOnlyList<(StepDescription Step, string HowToMount)> All { get; } =
    [
        Row("torchscript-to-onnx", ModelForm.TorchScript, ModelForm.Onnx, "install PyTorch 1.13 or newer for the Python that HUB_PYTHON names (on Debian: python3-torch)"),
        Row("pt2-to-onnx", ModelForm.TorchExportedProgram, ModelForm.Onnx, "it comes with every build node"),
        Row("onnx-to-onnx", ModelForm.Onnx, ModelForm.Onnx, "it comes with every build node"),
        Row("onnx-to-tflite", ModelForm.Onnx, ModelForm.Tflite, "it comes with every build node"),
        Row("onnx-to-qnn-dlc", ModelForm.Onnx, ModelForm.QnnDlc, QnnMount.HowToMount),
        Row("onnx-to-qnn-context-binary", ModelForm.Onnx, ModelForm.QnnContextBinary, QnnMount.HowToMount),
        Row("onnx-to-precompiled-qnn-onnx", ModelForm.Onnx, ModelForm.PrecompiledQnnOnnx, QnnMount.HowToMount),
        Row("onnx-to-qnn-lib", ModelForm.Onnx, ModelForm.QnnLibAarch64Android, "mount the QAIRT SDK on a build node and point HUB_QAIRT_ROOT at it"),
    ];

    private static (StepDescription Step, string HowToMount) Row(string name, ModelForm from, ModelForm to, string howToMount) =>
        (new StepDescription(name, "", from, to, StepHost.Process), howToMount);
}
