using Platform.Toolchains.Inspection;

namespace Platform.Toolchains.Qnn;

/// <summary>Reads the face of a DLC, without the vendor's library: its build, and the names of its graphs and members.</summary>
internal static class DlcInspector
{
    private const int Largest = int.MaxValue - 64;

    public static ModelFacts Inspect(string path)
    {
        if (new FileInfo(path).Length > Largest)
        {
            throw new InspectionException("a DLC of 2 GiB and more is not read");
        }

        var archive = DlcArchive.Read(File.ReadAllBytes(path));
        if (archive.Members.Count == 0 || archive.Members.All(member => !member.Name.StartsWith("model", StringComparison.Ordinal) && !member.Name.StartsWith("htp.", StringComparison.Ordinal)))
        {
            throw new InspectionException("the archive is no DLC: it holds no model");
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["members"] = string.Join(", ", archive.Members.Select(member => member.Name)) };
        Add(metadata, "QAIRT_SDK_VERSION", DlcMetadata.BuildOf(archive).TrimStart('v'));
        Add(metadata, "QNN_MODEL_GRAPH_NAMES", string.Join(',', DlcMetadata.GraphsOf(archive)));
        var socs = SocTable.All.Where(soc => archive.Members.Any(member => member.Name.StartsWith($"htp.cache.{soc.Name}.", StringComparison.OrdinalIgnoreCase))).ToList();
        Add(metadata, QnnFacts.SocModel, string.Join(',', socs.Select(soc => soc.Id)));
        Add(metadata, "soc", string.Join(',', socs.Select(soc => soc.Name)));
        // Tools of the vendor put caches for chips beside the model; a file for several chips has nothing but caches.
        return new ModelFacts(socs.Count > 0 && archive.Find("model") is null ? ModelForm.QnnContextBinary : ModelForm.QnnDlc, [], [], metadata);
    }

    private static void Add(Dictionary<string, string> metadata, string key, string value)
    {
        if (value.Length > 0)
        {
            metadata[key] = value;
        }
    }
}
