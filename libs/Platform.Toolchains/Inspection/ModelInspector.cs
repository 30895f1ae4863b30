using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains.ExportedPrograms;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.TorchScript;
using Torch.Onnx;

namespace Platform.Toolchains.Inspection;

/// <summary>Reads what a model file holds, without running anything of it.</summary>
public static class ModelInspector
{
    /// <summary>The facts of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="claimed">The form that its owner says it has; Unknown when nothing was said.</param>
    /// <exception cref="InspectionException">The file is not readable, is of no known form, or not of the claimed one.</exception>
    public static ModelFacts Inspect(string path, ModelForm claimed = ModelForm.Unknown)
    {
        var form = ModelFormDetector.Detect(path);
        if (form == ModelForm.Unknown)
        {
            throw new InspectionException($"{Path.GetFileName(path)} is none of the model forms that the hub knows", FailureCode.ModelFormUnknown);
        }

        // Whether an ONNX model is a precompiled one, its nodes say.
        if (claimed != ModelForm.Unknown && claimed != form && (claimed, form) is not (ModelForm.PrecompiledQnnOnnx, ModelForm.Onnx))
        {
            throw new InspectionException($"{Path.GetFileName(path)} was announced as {claimed} but is {form}");
        }

        try
        {
            return form switch
            {
                ModelForm.Onnx or ModelForm.AimetOnnx => OnnxInspector.Inspect(path, form),
                ModelForm.Tflite => TfliteInspector.Inspect(path),
                ModelForm.TorchExportedProgram => ExportedProgramInspector.Inspect(path),
                ModelForm.TorchScript => TorchScriptInspector.Inspect(path),
                ModelForm.QnnDlc => DlcInspector.Inspect(path),
                ModelForm.QnnContextBinary when IsArchive(path) => DlcInspector.Inspect(path),
                _ => new ModelFacts(form, [], [], new Dictionary<string, string>()),
            };
        }
        catch (OnnxFormatException error)
        {
            throw new InspectionException(error.Message, FailureCode.ModelUnreadable, error);
        }
        catch (ExportedProgramException error)
        {
            throw new InspectionException(error.Message, FailureCode.ModelUnreadable, error);
        }
        catch (InvalidDataException error)
        {
            throw new InspectionException($"the archive is damaged: {error.Message}", FailureCode.ModelUnreadable, error);
        }
    }

    private static bool IsArchive(string path)
    {
        using var stream = File.OpenRead(path);
        return stream.ReadByte() == 'P' && stream.ReadByte() == 'K';
    }
}
