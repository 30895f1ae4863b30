namespace Platform.Toolchains;

/// <summary>Forms a model can have on its way; the names are AI Hub's (<c>SourceModelType</c>).</summary>
public enum ModelForm
{
    /// <summary>Not known.</summary>
    Unknown = 0,
    /// <summary>TorchScript archive (.pt, .pth).</summary>
    TorchScript = 1,
    /// <summary>Exported program (.pt2).</summary>
    TorchExportedProgram = 2,
    /// <summary>ONNX file, or a folder or zip with one .onnx and at most one data file.</summary>
    Onnx = 3,
    /// <summary>Folder or zip with one .onnx, at most one .data and one .encodings.</summary>
    AimetOnnx = 4,
    /// <summary>TensorFlow Lite flatbuffer.</summary>
    Tflite = 5,
    /// <summary>Qualcomm deep learning container.</summary>
    QnnDlc = 6,
    /// <summary>Qualcomm context binary: bound to one SoC.</summary>
    QnnContextBinary = 7,
    /// <summary>ONNX with an embedded or neighbouring context binary (EPContext nodes).</summary>
    PrecompiledQnnOnnx = 8,
    /// <summary>Qualcomm model library for 64-bit Android.</summary>
    QnnLibAarch64Android = 9,
}
