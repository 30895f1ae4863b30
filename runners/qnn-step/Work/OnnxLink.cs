using Onnx.Model;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Qnn;
using Runner.QnnStep.Native;
using Runner.QnnStep.Plugin;

namespace Runner.QnnStep.Work;

/// <summary>ONNX models to one context binary with shared weights: sessions of one process, one after the other.</summary>
internal static class OnnxLink
{
    private const string Folder = "ctx";

    public static QnnResponse Run(QnnPlugin plugin, QnnRequest request, QnnSoc soc)
    {
        var asked = request.Link;
        var staging = new QnnCompile { Socs = { soc } };
        var staged = asked.Models.Select((model, i) => StagedModel.Stage(model, asked.GraphNames.ElementAtOrDefault(i) ?? "", staging)).ToList();
        var provider = ContextCompilation.Provider(plugin, [soc], asked.ProviderOptions, quantizedIo: false);
        Directory.CreateDirectory(Folder);
        for (int i = 0; i < staged.Count; i++)
        {
            var session = ContextCompilation.Session($"{Folder}/m{i}.onnx");
            if (asked.ShareWeights)
            {
                session["ep.share_ep_contexts"] = "1";
                session["ep.stop_share_ep_contexts"] = i == staged.Count - 1 ? "1" : "0";
            }

            plugin.Compile(staged[i].File, session, provider);
        }

        string binary = $"{Folder}/m0_qnn.bin";
        var response = ContextFacts.Read(SystemLibrary.Load(request.Libraries), $"{Folder}/m0.onnx", binary, [soc]);
        response.OnnxRuntime = plugin.OnnxRuntimeVersion;
        for (int i = 0; i < staged.Count; i++)
        {
            using var file = OnnxFile.Open($"{Folder}/m{i}.onnx");
            string stored = EpContextModel.GraphOf(EpContextModel.NodesOf(file.Model).Single());
            response.Graphs.First(graph => graph.Name == stored).UserName = staged[i].GraphName;
        }

        response.BytesApart = Apart(plugin, staged, provider);
        LinkedProducts.Write(asked, response, binary);
        return response;
    }

    // The saving is measured, not guessed: each model is compiled alone as well.
    private static double Apart(QnnPlugin plugin, List<StagedModel> staged, Dictionary<string, string> provider) => staged.Select((model, i) => (model, i)).Sum(pair =>
    {
        string onnx = $"{Folder}/alone{pair.i}.onnx";
        plugin.Compile(pair.model.File, ContextCompilation.Session(onnx), provider);
        return (double)new FileInfo($"{Folder}/alone{pair.i}_qnn.bin").Length;
    });
}
