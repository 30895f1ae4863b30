using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;
using Runner.QnnStep.Native;
using Runner.QnnStep.Plugin;

namespace Runner.QnnStep.Work;

/// <summary>Models to one context binary: DLC files are composed through the C interface, ONNX models compiled by sessions that share their context.</summary>
internal static class LinkWork
{
    public static QnnResponse Run(QnnRequest request)
    {
        var asked = request.Link;
        if (asked.Socs is not [var soc])
        {
            throw new QnnStepException(FailureCode.QnnSocRequired, "a linked binary is bound to one chip: name a device, or its chip");
        }

        bool dlc = asked.Models.All(IsDlc);
        if (!dlc && asked.Models.Any(IsDlc))
        {
            throw new QnnStepException(FailureCode.QnnLinkMixed, "link DLC files with DLC files, and ONNX models with ONNX models");
        }

        var response = dlc ? LinkDlcs(request, soc) : OnnxLink.Run(QnnPlugin.Load(request), request, soc);
        if (response.Graphs.GroupBy(graph => graph.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new QnnStepException(FailureCode.QnnGraphNameTaken, $"two models have the graph '{twice.Key}'", twice.Key);
        }

        return response;
    }

    private static bool IsDlc(string path) => path.EndsWith(".dlc", StringComparison.OrdinalIgnoreCase);

    private static QnnResponse LinkDlcs(QnnRequest request, QnnSoc soc)
    {
        var asked = request.Link;
        var names = asked.Models.SelectMany(model => DlcMetadata.GraphsOf(DlcArchive.Read(File.ReadAllBytes(model)))).ToList();
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new QnnStepException(FailureCode.QnnGraphNameTaken, $"two models have the graph '{twice.Key}'", twice.Key);
        }

        var system = SystemLibrary.Load(request.Libraries);
        var backend = HtpBackend.Load(request.Libraries);
        var composed = backend.Link(system, asked.Models, soc, asked.ShareWeights, "linked.bin");
        double apart = asked.Models.Select((model, i) => (model, file: $"alone{i}.bin")).Sum(pair =>
        {
            backend.Link(system, [pair.model], soc, shareWeights: false, pair.file);
            return new FileInfo(pair.file).Length;
        });
        var response = system.Read(File.ReadAllBytes("linked.bin"));
        response.BytesApart = apart;
        Name(response, asked, composed);
        LinkedProducts.Write(asked, response, "linked.bin");
        return response;
    }

    // The graphs of a DLC keep the names that they have; what the user calls them stands beside.
    private static void Name(QnnResponse response, QnnLink asked, IReadOnlyList<IReadOnlyList<QnnGraph>> composed)
    {
        foreach (var (graphs, name) in composed.Zip(asked.GraphNames).Where(pair => pair.Second.Length > 0))
        {
            if (graphs is not [var graph])
            {
                throw new QnnStepException(FailureCode.OptionConflict, $"a DLC holds {graphs.Count} graphs, which keep their names: '{name}' can be none of them", "context_enable_graphs");
            }

            response.Graphs.First(stored => stored.Name == graph.Name).UserName = name;
        }
    }
}
