using Platform.Compiler.Nodes;
using Platform.Compiler.Tools;
using Platform.Contracts.Node.V1;
using Platform.Contracts.Runner.V1;
using Platform.Runners.Sandboxed;
using Platform.Sandbox;
using Platform.ServiceDefaults;
using Platform.Toolchains;
using Platform.Toolchains.Qnn;

namespace Platform.Compiler.Work;

/// <summary>Looks at an uploaded file in the sandbox.</summary>
internal sealed class InspectionWork(SandboxedStep child, WorkTransfers transfers, ToolBox tools, ISandbox sandbox) : IWork
{
    public Assignment.WorkOneofCase Kind => Assignment.WorkOneofCase.Inspection;

    public async Task RunAsync(HeldWork work, WorkFolder folder, WorkLog log, ReportRequest report) => report.Inspected = await InspectAsync(work, folder, log);

    private async Task<Inspected> InspectAsync(HeldWork work, WorkFolder folder, WorkLog log)
    {
        var inspection = work.Assignment.Inspection;
        work.Tell("fetching the file", 0);
        string file = await transfers.FetchAsync(inspection.Input, folder, work.Stopped);
        work.Tell("looking at the file", 0);
        string inside = child.Inside(folder.Path, file);
        var request = inspection.Dataset
            ? new StepRequest { InspectDataset = new InspectDataset { Path = inside } }
            : new StepRequest { InspectModel = new InspectModel { Path = inside, Claimed = inspection.ModelType } };
        var response = await child.RunAsync(request, new ProgramRun(folder.Path, WorkLimits.Of(work.Assignment.Limits), log.Line), work.Stopped);
        if (response.Refusals.Count > 0)
        {
            throw new FailureException(Failures.Of(response.Refusals[0].Code, response.Refusals[0].Message, response.Refusals));
        }

        if (!inspection.Dataset && tools.Qnn.Build.Length > 0 && QnnInspection.Helps((ModelForm)(int)response.ModelType, response.Metadata))
        {
            return await LookInsideAsync(work, folder, file, response);
        }

        var inspected = new Inspected { ModelType = response.ModelType, Samples = checked((int)response.Samples) };
        inspected.Inputs.AddRange(response.Inputs);
        inspected.Outputs.AddRange(response.Outputs);
        inspected.Metadata.Add(response.Metadata);
        return inspected;
    }

    // Graphs, inputs and outputs of the vendor's own formats are read by the vendor's library; a node without it shows what the file says by itself.
    private async Task<Inspected> LookInsideAsync(HeldWork work, WorkFolder folder, string file, StepResponse response)
    {
        var seen = await QnnInspection.RunAsync(tools.Qnn, file, WorkLimits.Of(work.Assignment.Limits), sandbox, work.Stopped, folder.Path);
        if (seen.Refusal is { } refusal)
        {
            throw new FailureException(Failures.Of(refusal.Code, refusal.Message));
        }

        var inspected = new Inspected { ModelType = response.ModelType };
        inspected.Inputs.AddRange(seen.Facts!.Inputs.Select(ProcessOutcomes.ToSpec));
        inspected.Outputs.AddRange(seen.Facts.Outputs.Select(ProcessOutcomes.ToSpec));
        inspected.Metadata.Add(seen.Facts.Metadata.ToDictionary());
        return inspected;
    }
}
