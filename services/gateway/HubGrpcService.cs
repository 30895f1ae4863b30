using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Audit;
using Platform.Gateway.Datasets;
using Platform.Gateway.Events;
using Platform.Gateway.Farm;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Operation;
using Platform.Gateway.Quarantine;
using Platform.Gateway.Submission;
using Platform.Gateway.Webhooks;
using VersionInfo = Platform.Contracts.Hub.V1.VersionInfo;
using static Platform.Gateway.Identity.CallAuthentication;

namespace Platform.Gateway;

/// <summary>The public service: each method hands on to the feature that does it. REST calls the same methods.</summary>
internal sealed class HubGrpcService(
    ModelService models, QuarantineService quarantine, DatasetService datasets, AssetFinder assets, UploadLookup uploads, JobSubmission submission, JobService jobs, JobQueries queries, JobLists lists, JobStreams streams, OrganizationEvents events,
    PlanService plans, FarmQueries farm, TokenService tokens, OrganizationService organizations, WebhookService webhooks, OperationService operation, FarmOperator farmOperator, AuditLog audit, BootIdentity boot)
    : Hub.HubBase
{
    public override Task<VersionInfo> GetVersion(GetVersionRequest request, ServerCallContext context) =>
        Task.FromResult(new VersionInfo { Version = HubVersion.Text, OldestClient = OldestClient.ToString(), BootId = boot.Id });

    public override async Task<Caller> GetMe(GetMeRequest request, ServerCallContext context)
    {
        var caller = CallerOf(context);
        string organization = await organizations.NameOfAsync(caller.Owner, context.CancellationToken);
        return new Caller { OrganizationId = caller.Owner, Organization = organization, TokenId = caller.TokenId, TokenName = caller.TokenName, Operator = caller.IsOperator };
    }

    public override Task<Diagnostics> GetDiagnostics(GetDiagnosticsRequest request, ServerCallContext context) => farm.DiagnosticsAsync(context.CancellationToken);

    public override async Task<OrganizationList> ListOrganizations(ListOrganizationsRequest request, ServerCallContext context)
    {
        var list = new OrganizationList();
        list.Organizations.AddRange((await organizations.ListAsync(CallerOf(context), context.CancellationToken)).Select(IdentityViews.ToMessage));
        return list;
    }

    public override async Task<Organization> CreateOrganization(CreateOrganizationRequest request, ServerCallContext context)
    {
        OperationService.RequireOperator(CallerOf(context));
        IdentityViews.RequireName(request.Name);
        return IdentityViews.ToMessage(await organizations.CreateAsync(request.Name, context.CancellationToken));
    }

    public override async Task<TokenList> ListTokens(ListTokensRequest request, ServerCallContext context)
    {
        var list = new TokenList();
        list.Tokens.AddRange((await tokens.ListAsync(CallerOf(context).Owner, context.CancellationToken)).Select(IdentityViews.ToMessage));
        return list;
    }

    public override async Task<CreatedToken> CreateToken(CreateTokenRequest request, ServerCallContext context)
    {
        var caller = CallerOf(context);
        bool elsewhere = request.OrganizationId.Length > 0 && request.OrganizationId != caller.Owner;
        if (elsewhere || request.Operator)
        {
            OperationService.RequireOperator(caller);
        }

        IdentityViews.RequireName(request.Name);
        var (token, secret) = await tokens.CreateAsync(elsewhere ? request.OrganizationId : caller.Owner, request.Name, request.ExpiresInDays, request.Operator, context.CancellationToken);
        return new CreatedToken { Token = IdentityViews.ToMessage(token), Secret = secret };
    }

    public override async Task<Token> RevokeToken(RevokeTokenRequest request, ServerCallContext context) =>
        IdentityViews.ToMessage(await tokens.RevokeAsync(CallerOf(context).Owner, request.TokenId, context.CancellationToken));

    public override async Task<CreatedModel> CreateModel(CreateModelRequest request, ServerCallContext context)
    {
        var (model, upload) = await models.CreateAsync(CallerOf(context), request, context.CancellationToken);
        return new CreatedModel { Model = JobViews.ToMessage(model), Upload = UploadLookup.ToMessage(upload) };
    }

    public override async Task<Model> CompleteModel(CompleteModelRequest request, ServerCallContext context) =>
        JobViews.ToMessage(await models.CompleteAsync(CallerOf(context), request.ModelId, request.Sha256, context.CancellationToken));

    public override async Task<Model> GetModel(GetModelRequest request, ServerCallContext context) =>
        await quarantine.DescribeAsync(await assets.RequireModelAsync(CallerOf(context).Owner, request.ModelId, context.CancellationToken), context.CancellationToken);

    public override async Task<ModelList> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var (items, next) = await lists.ModelsAsync(CallerOf(context), request, context.CancellationToken);
        var list = new ModelList { NextCursor = next };
        list.Models.AddRange(items.Select(JobViews.ToMessage));
        return list;
    }

    public override async Task<Model> UpdateModel(UpdateModelRequest request, ServerCallContext context) =>
        JobViews.ToMessage(await models.RenameAsync(CallerOf(context), request.ModelId, request.Name, context.CancellationToken));

    public override async Task<Model> DeleteModel(DeleteModelRequest request, ServerCallContext context) =>
        JobViews.ToMessage(await models.DeleteAsync(CallerOf(context), request.ModelId, context.CancellationToken));

    public override Task<Download> DownloadModel(DownloadModelRequest request, ServerCallContext context) =>
        models.DownloadAsync(CallerOf(context), request.ModelId, request.Force, context.CancellationToken);

    public override Task<Model> ReleaseModel(ReleaseModelRequest request, ServerCallContext context) => quarantine.ReleaseAsync(CallerOf(context), request.ModelId, context.CancellationToken);

    public override async Task<CreatedDataset> CreateDataset(CreateDatasetRequest request, ServerCallContext context)
    {
        var (dataset, upload) = await datasets.CreateAsync(CallerOf(context), request, context.CancellationToken);
        return new CreatedDataset { Dataset = JobViews.ToMessage(dataset), Upload = UploadLookup.ToMessage(upload) };
    }

    public override async Task<Dataset> CompleteDataset(CompleteDatasetRequest request, ServerCallContext context) =>
        JobViews.ToMessage(await datasets.CompleteAsync(CallerOf(context), request.DatasetId, request.Sha256, context.CancellationToken));

    public override async Task<Dataset> GetDataset(GetDatasetRequest request, ServerCallContext context) =>
        JobViews.ToMessage(await assets.RequireDatasetAsync(CallerOf(context).Owner, request.DatasetId, context.CancellationToken));

    public override async Task<DatasetList> ListDatasets(ListDatasetsRequest request, ServerCallContext context)
    {
        var (items, next) = await lists.DatasetsAsync(CallerOf(context), request, context.CancellationToken);
        var list = new DatasetList { NextCursor = next };
        list.Datasets.AddRange(items.Select(JobViews.ToMessage));
        return list;
    }

    public override async Task<Dataset> DeleteDataset(DeleteDatasetRequest request, ServerCallContext context) =>
        JobViews.ToMessage(await datasets.DeleteAsync(CallerOf(context), request.DatasetId, context.CancellationToken));

    public override Task<Download> DownloadDataset(DownloadDatasetRequest request, ServerCallContext context) =>
        datasets.DownloadAsync(CallerOf(context), request.DatasetId, context.CancellationToken);

    public override Task<Upload> GetUpload(GetUploadRequest request, ServerCallContext context) => uploads.GetAsync(CallerOf(context), request.UploadId, context.CancellationToken);

    public override Task<DeviceList> ListDevices(ListDevicesRequest request, ServerCallContext context) => farm.DevicesAsync(CallerOf(context), request, context.CancellationToken);

    public override Task<FrameworkList> ListFrameworks(ListFrameworksRequest request, ServerCallContext context) => farm.FrameworksAsync(context.CancellationToken);

    public override Task<StepList> ListSteps(ListStepsRequest request, ServerCallContext context) => farm.StepsAsync(context.CancellationToken);

    public override async Task<Contracts.Hub.V1.Job> SubmitJob(SubmitJobRequest request, ServerCallContext context) =>
        await queries.DescribeAsync(await submission.SubmitAsync(CallerOf(context), request, nameof(SubmitJob), context.CancellationToken), context.CancellationToken);

    public override Task<CompilePlan> PlanCompile(PlanCompileRequest request, ServerCallContext context) => plans.PlanAsync(CallerOf(context), request, context.CancellationToken);

    public override async Task<Contracts.Hub.V1.Job> GetJob(GetJobRequest request, ServerCallContext context) =>
        await queries.DescribeAsync(await queries.RequireAsync(CallerOf(context), request.JobId, context.CancellationToken), context.CancellationToken);

    public override async Task<JobList> ListJobs(ListJobsRequest request, ServerCallContext context)
    {
        var (items, next) = await lists.JobsAsync(CallerOf(context), request, context.CancellationToken);
        var list = new JobList { NextCursor = next };
        list.Jobs.AddRange(items.Select(JobViews.ToMessage));
        return list;
    }

    public override async Task<Contracts.Hub.V1.Job> UpdateJob(UpdateJobRequest request, ServerCallContext context) =>
        JobViews.ToMessage(await jobs.RenameAsync(CallerOf(context), request.JobId, request.Name, context.CancellationToken));

    public override async Task<Contracts.Hub.V1.Job> CancelJob(CancelJobRequest request, ServerCallContext context) =>
        JobViews.ToMessage(await jobs.CancelAsync(CallerOf(context), request.JobId, context.CancellationToken));

    public override async Task<Contracts.Hub.V1.Job> CloneJob(CloneJobRequest request, ServerCallContext context) =>
        JobViews.ToMessage(await jobs.CloneAsync(CallerOf(context), request, context.CancellationToken));

    public override async Task<Contracts.Hub.V1.Job> DeleteJob(DeleteJobRequest request, ServerCallContext context) =>
        JobViews.ToMessage(await jobs.DeleteAsync(CallerOf(context), request.JobId, context.CancellationToken));

    public override Task<JobResult> GetJobResult(GetJobResultRequest request, ServerCallContext context) => jobs.ResultAsync(CallerOf(context), request.JobId, context.CancellationToken);

    public override async Task<AttemptList> ListAttempts(ListAttemptsRequest request, ServerCallContext context)
    {
        var job = await queries.RequireAsync(CallerOf(context), request.JobId, context.CancellationToken);
        var list = new AttemptList();
        list.Attempts.AddRange((await jobs.AttemptsAsync(job.Owner, job.Id, context.CancellationToken)).Select(attempt => attempt.SeenFrom(job)).Select(attempt => new Contracts.Hub.V1.Attempt
        {
            Epoch = (uint)attempt.Epoch,
            Worker = attempt.Worker,
            StartedAt = attempt.StartedAt.ToTimestamp(),
            EndedAt = attempt.EndedAt?.ToTimestamp(),
            Outcome = attempt.Outcome,
            Failure = attempt.Failure is null ? null : JobViews.ToMessage(attempt.Failure),
        }));
        return list;
    }

    public override async Task WatchJob(WatchJobRequest request, IServerStreamWriter<Contracts.Hub.V1.JobEvent> responseStream, ServerCallContext context)
    {
        await foreach (var entry in streams.EventsAsync(CallerOf(context), request.JobId, request.AfterVer, context.CancellationToken))
        {
            await responseStream.WriteAsync(entry, context.CancellationToken);
        }
    }

    public override async Task WatchEvents(WatchEventsRequest request, IServerStreamWriter<CloudEvent> responseStream, ServerCallContext context)
    {
        // A log at rest has nothing to say: the caller learns at once that it listens.
        await context.WriteResponseHeadersAsync([]);
        await foreach (var entry in events.WatchAsync(CallerOf(context), request, context.CancellationToken))
        {
            await responseStream.WriteAsync(entry, context.CancellationToken);
        }
    }

    public override async Task ReadLog(ReadLogRequest request, IServerStreamWriter<LogChunk> responseStream, ServerCallContext context)
    {
        await foreach (var chunk in streams.LogAsync(CallerOf(context), request, context.CancellationToken))
        {
            await responseStream.WriteAsync(chunk, context.CancellationToken);
        }
    }

    public override Task<CreatedWebhook> CreateWebhook(CreateWebhookRequest request, ServerCallContext context) => webhooks.CreateAsync(CallerOf(context), request, context.CancellationToken);

    public override Task<WebhookList> ListWebhooks(ListWebhooksRequest request, ServerCallContext context) => webhooks.ListAsync(CallerOf(context), context.CancellationToken);

    public override Task<Webhook> GetWebhook(GetWebhookRequest request, ServerCallContext context) => webhooks.GetAsync(CallerOf(context), request.WebhookId, context.CancellationToken);

    public override Task<Webhook> DeleteWebhook(DeleteWebhookRequest request, ServerCallContext context) => webhooks.DeleteAsync(CallerOf(context), request.WebhookId, context.CancellationToken);

    public override Task<Webhook> ReplayWebhook(ReplayWebhookRequest request, ServerCallContext context) => webhooks.ReplayAsync(CallerOf(context), request, context.CancellationToken);

    public override Task<WebhookTest> TestWebhook(TestWebhookRequest request, ServerCallContext context) => webhooks.TestAsync(CallerOf(context), request.WebhookId, context.CancellationToken);

    public override Task<Usage> GetUsage(GetUsageRequest request, ServerCallContext context) => operation.UsageAsync(CallerOf(context), context.CancellationToken);

    public override Task<GarbageReport> CollectGarbage(CollectGarbageRequest request, ServerCallContext context) => operation.CollectAsync(CallerOf(context), context.CancellationToken);

    public override Task<Backup> CreateBackup(CreateBackupRequest request, ServerCallContext context) => operation.BackUpAsync(CallerOf(context), request.Folder, context.CancellationToken);

    public override Task<QueueList> ListQueues(ListQueuesRequest request, ServerCallContext context) => farmOperator.QueuesAsync(CallerOf(context), context.CancellationToken);

    public override Task<NodeList> ListNodes(ListNodesRequest request, ServerCallContext context) => farmOperator.NodesAsync(CallerOf(context), context.CancellationToken);

    public override Task<FarmDeviceList> ListFarmDevices(ListFarmDevicesRequest request, ServerCallContext context) => farmOperator.DevicesAsync(CallerOf(context), context.CancellationToken);

    public override Task<Drained> Drain(DrainRequest request, ServerCallContext context) =>
        farmOperator.SetDrainAsync(CallerOf(context), request.Part, request.Id, request.Reason, context.CancellationToken);

    public override Task<Drained> Undrain(UndrainRequest request, ServerCallContext context) =>
        farmOperator.SetDrainAsync(CallerOf(context), request.Part, request.Id, reason: null, context.CancellationToken);

    public override Task<KilledAttempt> KillAttempt(KillAttemptRequest request, ServerCallContext context) => farmOperator.KillAsync(CallerOf(context), request, context.CancellationToken);

    public override Task<ReplayReport> ReplayDeadLetters(ReplayDeadLettersRequest request, ServerCallContext context) =>
        farmOperator.ReplayAsync(CallerOf(context), request.Limit, context.CancellationToken);

    public override async Task<AuditList> ListAudit(ListAuditRequest request, ServerCallContext context)
    {
        OperationService.RequireOperator(CallerOf(context));
        return await audit.ListAsync(request, context.CancellationToken);
    }
}
