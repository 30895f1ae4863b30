using System.IO.Compression;

namespace Platform.Toolchains;

/// <summary>Says what form a file has, by its content first and its name second.</summary>
public static class ModelFormDetector
{
    private const int HeadLength = 16;

    /// <summary>The form, or <see cref="ModelForm.Unknown"/>. Reads a few bytes, or an archive's table of contents.</summary>
    public static ModelForm Detect(string path)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        int length = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        head = head[..length];
        if (length >= 8 && head[4..8].SequenceEqual("TFL3"u8))
        {
            return ModelForm.Tflite;
        }

        if (head.StartsWith("PK\u0003\u0004"u8))
        {
            stream.Position = 0;
            var form = DetectArchive(stream);
            // What is no program or DLC is refused by its reader, which says what it is instead.
            return form != ModelForm.Unknown ? form : IsNamed(path, ".pt2") ? ModelForm.TorchExportedProgram : IsNamed(path, ".dlc") ? ModelForm.QnnDlc : form;
        }

        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".ONNX" => ModelForm.Onnx,
            ".DLC" => ModelForm.QnnDlc,
            ".BIN" => ModelForm.QnnContextBinary,
            ".PT2" => ModelForm.TorchExportedProgram,
            _ => ModelForm.Unknown,
        };
    }

    private static bool IsNamed(string path, string extension) => Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);

    private static ModelForm DetectArchive(FileStream stream)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return FormOfEntries(archive.Entries.Select(entry => entry.FullName).ToList());
        }
        catch (InvalidDataException)
        {
            return ModelForm.Unknown;
        }
    }

    private static ModelForm FormOfEntries(List<string> names)
    {
        bool Any(string ending) => names.Exists(name => name.EndsWith(ending, StringComparison.Ordinal));
        bool Within(string part) => names.Exists(name => name.Contains(part, StringComparison.Ordinal));
        if (Any("serialized_exported_program.json") || (Within("models/") && Any(".json") && (Any("archive_format") || Any("archive_version"))))
        {
            return ModelForm.TorchExportedProgram;
        }

        // A file with binaries for several chips is packed the same way, with a cache for each instead of a model.
        if (names.Exists(name => name.StartsWith("dlc.metadata", StringComparison.Ordinal)))
        {
            return names.Exists(name => name.StartsWith("htp.cache.", StringComparison.Ordinal)) && !names.Contains("model") ? ModelForm.QnnContextBinary : ModelForm.QnnDlc;
        }

        if (Any("constants.pkl") && Within("/code/"))
        {
            return ModelForm.TorchScript;
        }

        return Any(".onnx") ? (Any(".encodings") ? ModelForm.AimetOnnx : ModelForm.Onnx) : ModelForm.Unknown;
    }
}
