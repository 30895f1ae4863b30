using Platform.Compiler.Nodes;
using Platform.Contracts.Node.V1;
using Platform.Contracts.Runner.V1;
using Platform.Runners.Sandboxed;
using Platform.ServiceDefaults;

namespace Platform.Compiler.Work;

/// <summary>Looks at an uploaded file in the sandbox.</summary>
internal sealed class InspectionWork(SandboxedStep child, WorkTransfers transfers)
{
    public async Task<Inspected> RunAsync(HeldWork work, WorkFolder folder, WorkLog log)
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

        var inspected = new Inspected { ModelType = response.ModelType, Samples = checked((int)response.Samples) };
        inspected.Inputs.AddRange(response.Inputs);
        inspected.Outputs.AddRange(response.Outputs);
        inspected.Metadata.Add(response.Metadata);
        return inspected;
    }
}
