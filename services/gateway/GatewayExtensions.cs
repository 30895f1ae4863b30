using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Messages;
using Platform.Gateway.Audit;
using Platform.Gateway.Calls;
using Platform.Gateway.Datasets;
using Platform.Gateway.Events;
using Platform.Gateway.Farm;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Nodes;
using Platform.Gateway.Operation;
using Platform.Gateway.Quarantine;
using Platform.Gateway.Rest;
using Platform.Gateway.Runs;
using Platform.Gateway.Submission;
using Platform.Gateway.Subscriptions;
using Platform.Messaging;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway;

/// <summary>Registers and maps the gateway.</summary>
internal static class GatewayExtensions
{
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration("Gateway").ValidateDataAnnotations()
            .Validate(options => options.Weights.Values.All(weight => weight is >= 0.01 and <= 1000), "Gateway:Weights: a share is 0.01 to 1000").ValidateOnStart();
        services.AddDocumentStore("gateway", backupOrder: 0);
        services.AddDoorbells(builder.Configuration);
        services.AddServiceClient<Contracts.Artifact.V1.Artifact.ArtifactClient>(addresses => addresses.Artifact);
        services.AddServiceClient<DeviceBroker.DeviceBrokerClient>(addresses => addresses.Broker);
        services.AddHostedService<GatewayStart>();
        services.AddGatewayParts();
        services.AddHostedService(provider => provider.GetRequiredService<JobBells>());
        services.AddHostedService(provider => provider.GetRequiredService<EngineHost>());
        services.AddHostedService(provider => provider.GetRequiredService<SubscriptionLoop>());
        services.AddHealthChecks().AddCheck<EngineHost>("reconciler", tags: [HealthExtensions.Ready]);
        services.AddHostedService<RetentionLoop>();
        services.AddSingleton<BuildBacklog>().AddBacklogGauges<BuildBacklog>("Gateway", (backlog, cancellation) => backlog.ReadAsync(cancellation));
        services.AddBacklogGauges<DeadLetters>("Gateway.Bus", async (letters, cancellation) => [new BacklogSample(BacklogGauges.DeadLetters, "queue", DeadLetters.Queue, await letters.CountAsync(cancellation))]);
        services.AddGrpcReflection();
        services.AddGrpc()
            .AddServiceOptions<HubGrpcService>(options => options.Interceptors.Add<CallerInterceptor>())
            .AddServiceOptions<BuildNodesGrpcService>(options => options.Interceptors.Add<ServiceIdentityInterceptor>())
            .AddServiceOptions<RunReportsGrpcService>(options => options.Interceptors.Add<ServiceIdentityInterceptor>());
        return builder;
    }

    /// <summary>What a gateway is made of: its own classes, not what carries them.</summary>
    internal static IServiceCollection AddGatewayParts(this IServiceCollection services)
    {
        services.AddSingleton<GatewayStore>().AddSingleton<BootIdentity>();
        services.AddIdentity().AddAssets().AddEngine().AddNodes().AddSubmission().AddSubscriptions();
        return services.AddSingleton<FarmQueries>().AddSingleton<OperationService>().AddSingleton<FarmOperator>().AddSingleton<GatewayMetrics>();
    }

    public static WebApplication MapGateway(this WebApplication app)
    {
        app.MapGrpcService<HubGrpcService>();
        app.MapGrpcService<BuildNodesGrpcService>();
        app.MapGrpcService<RunReportsGrpcService>();
        app.MapGrpcReflectionService();
        app.MapRest();
        return app;
    }

    private static IServiceCollection AddIdentity(this IServiceCollection services) => services
        .AddSingleton<TokenService>().AddSingleton<OrganizationService>().AddSingleton<CallAuthentication>().AddSingleton<CallLimits>().AddSingleton<AuditLog>().AddSingleton<PublicCalls>();

    private static IServiceCollection AddAssets(this IServiceCollection services) => services
        .AddSingleton<AssetFinder>().AddSingleton<ReadyModels>().AddSingleton<UploadedAssets>().AddSingleton<UploadLookup>().AddSingleton<ModelService>().AddSingleton<DatasetService>();

    private static IServiceCollection AddEngine(this IServiceCollection services)
    {
        services.AddSingleton(Policy).AddSingleton<JobMachine>().AddSingleton<JobWriter>().AddSingleton<JobReconciler>().AddSingleton<JobPlanner>().AddSingleton<JobPublisher>();
        services.AddSingleton<ReconcileLoop>().AddSingleton<JobQueries>().AddSingleton<JobLists>().AddSingleton<JobService>();
        services.AddSingleton<EventLog>().AddSingleton<JobWatcher>().AddSingleton<JobStreams>().AddSingleton<OrganizationEvents>().AddSingleton<RunRequests>().AddSingleton<RunLink>();
        services.AddSingleton<JobBells>().AddSingleton<DueJobs>().AddSingleton<EngineHost>();
        services.AddDoorbellListener<JobsChanged>(provider => provider.GetRequiredService<JobBells>().Hear);
        return services;
    }

    private static IServiceCollection AddNodes(this IServiceCollection services) => services
        .AddSingleton<NodeRegistry>().AddSingleton<NodeTimes>().AddSingleton<CompileQueue>().AddSingleton<AssignmentBuilder>().AddSingleton<NodeService>();

    private static IServiceCollection AddSubmission(this IServiceCollection services) => services
        .AddSingleton<CompilePlanner>().AddSingleton<AssetChecks>().AddSingleton<QuarantineService>().AddSingleton<KnownDevices>().AddSingleton<DeviceChecks>().AddSingleton<QnnSubmission>().AddSingleton<LinkPlanner>().AddSingleton<LinkChecks>().AddSingleton<CompileChecks>().AddSingleton<RunChecks>()
        .AddSingleton<SubmissionChecks>().AddSingleton<DeferredChecks>().AddSingleton<JobQuota>().AddSingleton<JobSubmission>().AddSingleton<PlanService>();

    private static JobPolicy Policy(IServiceProvider provider)
    {
        var limits = provider.GetRequiredService<LimitSettings>();
        var options = provider.GetRequiredService<IOptions<GatewayOptions>>().Value;
        return new JobPolicy(
            (int)limits.Of(HubLimits.Attempts),
            (int)limits.Of(HubLimits.InfrastructureRetries),
            (int)limits.Of(HubLimits.WorkerRestarts),
            options.LeaseGrace,
            Sweep: options.Sweep,
            LongestSweep: options.LongestSweep,
            options.FirstBackOff);
    }
}
