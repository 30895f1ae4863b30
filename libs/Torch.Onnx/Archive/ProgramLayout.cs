using System.Text;

namespace Torch.Onnx.Archive;

/// <summary>Where a package keeps its parts. Three layouts exist; the entries' names tell which it is.</summary>
/// <param name="ProgramEntry">The program's JSON.</param>
/// <param name="WeightsEntry">torch.save's file of the weights, or the JSON that describes raw weights; null when absent.</param>
/// <param name="ConstantsEntry">The same for constants and buffers that are not persistent.</param>
/// <param name="WeightsFolder">Folder of the raw weights; null where weights are one torch.save file (torch before 2.9).</param>
/// <param name="ConstantsFolder">The same for constants.</param>
/// <param name="WrittenBy">The range of torch versions that write this layout.</param>
internal sealed record ProgramLayout(
    string ProgramEntry, string? WeightsEntry, string? ConstantsEntry, string? WeightsFolder, string? ConstantsFolder, string WrittenBy)
{
    private const string OldProgram = "serialized_exported_program.json";
    private const int LongestByteOrder = 16;

    public static ProgramLayout Detect(ProgramArchive archive, string? programName)
    {
        if (archive.Contains(OldProgram))
        {
            return new ProgramLayout(OldProgram, Existing(archive, "serialized_state_dict.pt"), Existing(archive, "serialized_constants.pt"), null, null, "2.7 or older");
        }

        string root = RootOf(archive);
        CheckByteOrder(archive, root);
        var names = NamesOf(archive);
        if (names.Count == 0)
        {
            throw WhatItIs(archive, root);
        }

        string name = Choose(names, programName);
        string chosen = $"{root}/models/{name}.json";
        return RawWeights(archive, root, name, chosen) ?? SavedWeights(archive, root, name, chosen);
    }

    /// <summary>Names of the programs of a package, in the file's order.</summary>
    public static List<string> NamesOf(ProgramArchive archive)
    {
        string models = $"{RootOf(archive)}/models/";
        return archive.Names.FindAll(name => name.StartsWith(models, StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal))
            .ConvertAll(name => name[models.Length..^".json".Length]);
    }

    private static string RootOf(ProgramArchive archive) => archive.Names.Count == 0 ? "" : archive.Names[0].Split('/')[0];

    private static ProgramLayout? RawWeights(ProgramArchive archive, string root, string name, string program)
    {
        string? weights = Existing(archive, $"{root}/data/weights/{name}_weights_config.json");
        string? constants = Existing(archive, $"{root}/data/constants/{name}_constants_config.json");
        return weights is null && constants is null
            ? null
            : new ProgramLayout(program, weights, constants, $"{root}/data/weights/", $"{root}/data/constants/", "2.9 or newer");
    }

    private static ProgramLayout SavedWeights(ProgramArchive archive, string root, string name, string program) => new(
        program, Existing(archive, $"{root}/data/weights/{name}.pt"), Existing(archive, $"{root}/data/constants/{name}.pt"), null, null, "2.8");

    private static string Choose(List<string> names, string? wanted)
    {
        int index = wanted is not null ? names.IndexOf(wanted) : names.Count == 1 ? 0 : -1;
        return index >= 0
            ? names[index]
            : throw new ExportedProgramException(
                ExportedProgramError.AmbiguousProgram, $"the package holds the programs {string.Join(", ", names.Take(20))}: name one of them");
    }

    private static string? Existing(ProgramArchive archive, string name) => archive.Contains(name) ? name : null;

    private static void CheckByteOrder(ProgramArchive archive, string root)
    {
        string entry = $"{root}/byteorder";
        if (!archive.Contains(entry))
        {
            return;
        }

        var text = archive.ReadVerified(entry);
        string order = Encoding.ASCII.GetString(text[..Math.Min(text.Length, LongestByteOrder)]).Trim();
        if (order != "little")
        {
            throw new ExportedProgramException(ExportedProgramError.BigEndian, $"the tensors are in byte order '{order}': save the program on a little-endian machine");
        }
    }

    private static ExportedProgramException WhatItIs(ProgramArchive archive, string root)
    {
        bool Any(string prefix) => archive.Names.Exists(name => name.StartsWith(prefix, StringComparison.Ordinal));
        if (Any($"{root}/code/") || archive.Contains($"{root}/constants.pkl"))
        {
            return new(ExportedProgramError.TorchScript, "this is a TorchScript archive (torch.jit.save): upload it as TorchScript, or export the model with torch.export.save");
        }

        if (archive.Contains($"{root}/data.pkl"))
        {
            return new(ExportedProgramError.StateDict, "this is a checkpoint (torch.save): it holds weights without a program; export the model with torch.export.save");
        }

        return Any($"{root}/data/aotinductor/")
            ? new(ExportedProgramError.CompiledOnly, "the package holds only code that AOTInductor compiled for one machine: export the model with torch.export.save")
            : new(ExportedProgramError.NoProgram, "the archive holds no exported program (models/NAME.json)");
    }
}
