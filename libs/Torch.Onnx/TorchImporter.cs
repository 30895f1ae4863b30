using Torch.Onnx.Lowering;

namespace Torch.Onnx;

/// <summary>Converts exported PyTorch programs to ONNX models: pure, no Python, no torch, nothing executed.</summary>
public static class TorchImporter
{
    /// <summary>Version of the conversion: a new one means that equal files may become other models.</summary>
    public const string Version = "1";

    /// <summary>
    /// Converts a program. Everything that cannot be expressed exactly is reported at once as a blocker; nothing is
    /// guessed. Weights are not copied: write the model before <paramref name="file"/> is disposed.
    /// </summary>
    /// <param name="file">The program.</param>
    /// <param name="options">How to convert; null takes the defaults.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ExportedProgramException">The program is damaged: names undefined or doubled, weights missing or out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The opset is none of 17 to 21, or a size lies outside the program's range.</exception>
    public static ImportResult Import(ExportedProgramFile file, ImportOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new ImportOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Opset, ImportOptions.LeastOpset, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Opset, ImportOptions.GreatestOpset, nameof(options));
        return new ProgramLowering(file, options, cancellation).Run();
    }
}
