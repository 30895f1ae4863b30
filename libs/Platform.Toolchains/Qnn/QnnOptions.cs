using System.Text.RegularExpressions;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Options;

namespace Platform.Toolchains.Qnn;

/// <summary>The options of a QNN compile or link job, checked.</summary>
/// <param name="Provider">Options of the plug-in.</param>
/// <param name="GraphNames">Names of the graphs, as the user calls them.</param>
/// <param name="QuantizedIo">Whether quantized inputs and outputs become integers.</param>
public sealed partial record QnnOptions(IReadOnlyDictionary<string, string> Provider, IReadOnlyList<string> GraphNames, bool QuantizedIo)
{
    /// <summary>Checks what the vendor's layer takes in silence.</summary>
    /// <param name="options">The job's options; they have passed the option table.</param>
    /// <param name="models">How many models the job takes: as many names of graphs may be given.</param>
    /// <param name="refusals">Receives OPTION_* refusals.</param>
    public static QnnOptions Parse(OptionSet options, int models, ICollection<Refusal> refusals)
    {
        var provider = new Dictionary<string, string>(StringComparer.Ordinal);
        List<string> graphs = [];
        foreach (var (key, value) in OptionSyntax.ParseNested("qnn_options", options.Text("qnn_options") ?? "", refusals))
        {
            if (key == QnnOptionTable.GraphNames)
            {
                graphs = [.. (value ?? "").Split(',', StringSplitOptions.TrimEntries)];
            }
            else
            {
                Take(key, value ?? "", provider, refusals);
            }
        }

        TakeOlder(options, provider, graphs);
        CheckGraphs(graphs, models, refusals);
        CheckUnits(options, refusals);
        return new QnnOptions(provider, graphs, options.Flag("quantize_io"));
    }

    /// <summary>Why a node with that build cannot serve the asked QAIRT version; null when it can.</summary>
    /// <param name="options">The job's options.</param>
    /// <param name="build">The node's full build id; empty when no node is known yet.</param>
    public static Refusal? CheckVersion(OptionSet options, string build)
    {
        string asked = options.Text("qairt_version") ?? "default";
        if (asked is "default" or "latest")
        {
            return null;
        }

        if (!MajorMinor().IsMatch(asked))
        {
            return new Refusal(FailureCode.OptionValueInvalid, $"--qairt_version cannot be '{asked}': major.minor such as 2.51, default or latest", Subject: "qairt_version");
        }

        return build.Length == 0 || build.TrimStart('v').StartsWith(asked + ".", StringComparison.Ordinal)
            ? null
            : new Refusal(FailureCode.QnnVersionMismatch, $"--qairt_version {asked} is not mounted; there is {build}", Subject: "qairt_version");
    }

    private static void Take(string key, string value, Dictionary<string, string> provider, ICollection<Refusal> refusals)
    {
        var row = QnnOptionTable.Usable.FirstOrDefault(known => known.Key == key);
        if (row.Key is null)
        {
            if (QnnOptionTable.OutOfReach.Contains(key))
            {
                refusals.Add(new Refusal(FailureCode.OptionValueInvalid, $"--qnn_options {key} cannot be set through the ONNX Runtime plug-in; leave it out", Subject: key));
            }

            return;
        }

        if (!row.Values.Contains(value))
        {
            refusals.Add(new Refusal(FailureCode.OptionValueInvalid, $"--qnn_options {key} cannot be '{value}': one of {string.Join(", ", row.Values)}", Subject: key));
        }
        else if (row.Provider.Length > 0)
        {
            provider[row.Provider] = value.ToLowerInvariant();
        }
    }

    // The names that came before --qnn_options.
    private static void TakeOlder(OptionSet options, Dictionary<string, string> provider, List<string> graphs)
    {
        if (options.Text("qnn_context_binary_vtcm") is { } vtcm)
        {
            provider.TryAdd("vtcm_mb", vtcm);
        }

        if (options.Text("qnn_context_binary_optimization_level") is { } level)
        {
            provider.TryAdd("htp_graph_finalization_optimization_mode", level);
        }

        if (graphs.Count == 0 && options.Text("qnn_graph_name") is { } name)
        {
            graphs.Add(name);
        }
    }

    private static void CheckGraphs(List<string> graphs, int models, ICollection<Refusal> refusals)
    {
        foreach (string name in graphs.Where(name => !GraphName().IsMatch(name)))
        {
            refusals.Add(new Refusal(FailureCode.OptionValueInvalid, $"'{name}' cannot be the name of a graph: letters, digits, _ and -, at most 64", Subject: QnnOptionTable.GraphNames));
        }

        if (graphs.Count > 0 && graphs.Count != models)
        {
            refusals.Add(new Refusal(FailureCode.OptionValueInvalid, $"{graphs.Count} names of graphs for {models} models", Subject: QnnOptionTable.GraphNames));
        }

        if (graphs.Distinct(StringComparer.Ordinal).Count() != graphs.Count)
        {
            refusals.Add(new Refusal(FailureCode.QnnGraphNameTaken, "the same name of a graph is given twice", Subject: QnnOptionTable.GraphNames));
        }
    }

    private static void CheckUnits(OptionSet options, ICollection<Refusal> refusals)
    {
        var units = options.Names("compute_unit");
        if (units.Count > 0 && !units.Contains("npu") && !units.Contains("all"))
        {
            refusals.Add(new Refusal(
                FailureCode.OptionConflict, $"--compute_unit {string.Join(',', units)}: the plug-in compiles for the Hexagon processor only; use npu or all", Subject: "compute_unit"));
        }
    }

    [GeneratedRegex(@"^\d+\.\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex MajorMinor();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex GraphName();
}
