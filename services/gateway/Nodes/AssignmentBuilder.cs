using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Node.V1;
using Platform.Gateway.Jobs;
using Platform.Gateway.Submission;
using Platform.ServiceDefaults;
using Platform.Toolchains;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.Gateway.Nodes;

/// <summary>Writes down for a node what to do; addresses in it are fresh.</summary>
internal sealed class AssignmentBuilder(GatewayStore store, LinkPlanner links, ArtifactClient artifact, LimitSettings limits)
{
    public async Task<Assignment> BuildAsync(Job job, CancellationToken cancellation)
    {
        var assignment = new Assignment
        {
            JobId = job.Id,
            Epoch = (uint)job.Epoch,
            OrganizationId = job.Owner,
            TraceParent = job.TraceParent ?? "",
            Limits = LimitsOf(job),
        };
        if (job.Kind == JobKind.Inspect)
        {
            assignment.Inspection = await InspectionAsync(job, cancellation);
        }
        else if (job.Kind == JobKind.Link)
        {
            assignment.Linking = await LinkingAsync(job, cancellation);
        }
        else
        {
            assignment.Conversion = await ConversionAsync(job, cancellation);
        }

        return assignment;
    }

    private async Task<Conversion> ConversionAsync(Job job, CancellationToken cancellation)
    {
        var spec = JobSpecs.Of(job).Compile;
        var model = (await store.Models.For(job.Owner).GetAsync(spec.ModelId, cancellation))!.Value;
        var conversion = new Conversion
        {
            Input = await InputAsync(job.Owner, model.BlobId!, model.Sha256!, model.Size, model.FileName, cancellation),
            From = ModelTypes.Parse(model.ModelType),
            To = ModelTypes.TypeOf(TargetRuntime.FormOf(CompilePlanner.TargetOf(CompilePlanner.ParseOptions(spec, [])))),
            Options = spec.Options,
        };
        conversion.Steps.AddRange(job.Steps.Select(step => step.Name));
        conversion.InputSpecs.AddRange(spec.InputSpecs);
        conversion.DirectOptions.Add(spec.DirectOptions);
        conversion.SocModels.AddRange(job.Socs);
        return conversion;
    }

    private async Task<Linking> LinkingAsync(Job job, CancellationToken cancellation)
    {
        var spec = JobSpecs.Of(job).Link;
        var linking = new Linking { Options = spec.Options, SocModels = { job.Socs } };
        foreach (var source in await links.SourcesAsync(job.Owner, spec, [], cancellation))
        {
            linking.Inputs.Add(await InputAsync(job.Owner, source.Model.BlobId!, source.Model.Sha256!, source.Model.Size, source.Model.FileName, cancellation));
            linking.GraphNames.Add(source.GraphName);
        }

        return linking;
    }

    private async Task<Inspection> InspectionAsync(Job job, CancellationToken cancellation)
    {
        if (job.SubjectId![0] == 'd')
        {
            var dataset = (await store.Datasets.For(job.Owner).GetAsync(job.SubjectId, cancellation))!.Value;
            return new Inspection { Dataset = true, Input = await InputAsync(job.Owner, dataset.BlobId!, dataset.Sha256!, dataset.Size, dataset.FileName, cancellation) };
        }

        var model = (await store.Models.For(job.Owner).GetAsync(job.SubjectId, cancellation))!.Value;
        return new Inspection
        {
            ModelType = ModelTypes.Parse(model.ModelType),
            Input = await InputAsync(job.Owner, model.BlobId!, model.Sha256!, model.Size, model.FileName, cancellation),
        };
    }

    private async Task<Input> InputAsync(string owner, string blobId, string sha256, long size, string fileName, CancellationToken cancellation)
    {
        var signed = await artifact.SignDownloadAsync(new SignDownloadRequest { OrganizationId = owner, BlobId = blobId, Filename = fileName }, cancellationToken: cancellation);
        return new Input { Url = signed.Url, Sha256 = sha256, SizeBytes = size, Filename = fileName };
    }

    private Limits LimitsOf(Job job) => new()
    {
        WallSeconds = limits.Of(job.Kind == JobKind.Inspect ? HubLimits.InspectSeconds : HubLimits.CompileSeconds),
        CpuSeconds = limits.Of(job.Kind == JobKind.Inspect ? HubLimits.InspectSeconds : HubLimits.CompileSeconds) * 4,
        MemoryBytes = limits.Of(HubLimits.CompileMemoryBytes) * (job.Larger ? 2 : 1),
        OutputBytes = limits.Of(HubLimits.OutputBytes),
        LogBytes = limits.Of(HubLimits.LogBytes),
    };
}
