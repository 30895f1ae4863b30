using System.Text.Json.Nodes;
using Platform.Compiler.Nodes;
using Platform.Compiler.Tools;
using Platform.Contracts.Node.V1;
using Platform.Sandbox;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;

namespace Platform.Compiler.Work;

/// <summary>Links models into one context binary.</summary>
internal sealed class LinkingWork(ToolBox tools, WorkTransfers transfers, ISandbox sandbox, StepGate gate) : IWork
{
    public Assignment.WorkOneofCase Kind => Assignment.WorkOneofCase.Linking;

    public async Task RunAsync(HeldWork work, WorkFolder folder, WorkLog log, ReportRequest report) => report.Converted = await LinkAsync(work, folder, log);

    private async Task<Converted> LinkAsync(HeldWork work, WorkFolder folder, WorkLog log)
    {
        var linking = work.Assignment.Linking;
        work.Tell("fetching the models", 0);
        var files = new List<string>();
        foreach (var input in linking.Inputs)
        {
            files.Add(await transfers.FetchAsync(input, folder, $"in{files.Count}", work.Stopped));
        }

        work.Tell("linking", 0.3);
        var options = OptionParser.Parse(linking.Options, new Dictionary<string, string>(), JobKinds.Link, []);
        string output = Path.Combine(folder.Make("linked"), options.Flag("embed_in_onnx") ? "model.onnx" : "model.bin");
        var socs = linking.SocModels.Select(SocTable.Find).OfType<Soc>().ToList();
        using var share = await gate.EnterAsync(log, work.Stopped);
        var outcome = await new QnnLinkStep(tools.Qnn).RunAsync(new QnnLinkRequest(files, output, folder.Path, socs, options, WorkLimits.Of(work.Assignment.Limits), log.Line) { GraphNames = linking.GraphNames }, sandbox, work.Stopped);
        work.Stopped.ThrowIfCancellationRequested();
        ProcessOutcomes.ThrowIfRefused(outcome, QnnLinkStep.Name);
        work.Tell("sending the product", 1);
        return await FinishAsync(work, folder, output, outcome);
    }

    private async Task<Converted> FinishAsync(HeldWork work, WorkFolder folder, string output, ProcessStepOutcome outcome)
    {
        var facts = outcome.Facts!;
        var converted = new Converted
        {
            Product = await transfers.SendAsync(work.Assignment, folder, output, "product", "linked" + Path.GetExtension(output), work.Stopped),
            ReportJson = new JsonObject
            {
                ["link"] = new JsonObject
                {
                    ["models"] = work.Assignment.Linking.Inputs.Count,
                    ["bytes_before"] = double.Parse(facts.Metadata.GetValueOrDefault(QnnFacts.BytesApart, "0"), System.Globalization.CultureInfo.InvariantCulture),
                    ["bytes_after"] = (double)new FileInfo(output).Length,
                    ["wall_seconds"] = outcome.Ended.Wall.TotalSeconds,
                    ["peak_memory_bytes"] = (double)outcome.Ended.PeakMemoryBytes,
                },
            }.ToJsonString(),
        };
        converted.Inputs.AddRange(facts.Inputs.Select(ProcessOutcomes.ToSpec));
        converted.Outputs.AddRange(facts.Outputs.Select(ProcessOutcomes.ToSpec));
        converted.Metadata.Add(facts.Metadata.ToDictionary());
        converted.Warnings.AddRange(outcome.Warnings);
        return converted;
    }
}
