using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Messages;
using Platform.Messaging;
using Platform.ProfilerWorker.Devices;
using Platform.ProfilerWorker.Hosts;
using Platform.ProfilerWorker.Inference;
using Platform.ProfilerWorker.Profiling;
using Platform.ProfilerWorker.Runs;
using Platform.Runners.Sandboxed;
using Platform.Sandbox;
using Platform.Sandbox.Gate;
using Platform.ServiceDefaults;
using Platform.Transfers;

namespace Platform.ProfilerWorker;

/// <summary>Registers a farm host.</summary>
internal static class WorkerExtensions
{
    private const string Transfers = "worker-transfers";
    private const string SandboxKey = "worker";

    public static WebApplicationBuilder AddProfilerWorker(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<WorkerOptions>().BindConfiguration("Worker").ValidateDataAnnotations().ValidateOnStart();
        services.AddDoorbells(builder.Configuration);
        services.AddServiceClient<FarmHosts.FarmHostsClient>(addresses => addresses.Broker);
        services.AddHttpClient(Transfers);
        services.AddKeyedSingleton(SandboxKey, (provider, _) => Sandboxes.Create(Options(provider).Sandbox, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new MeasurementGate(Options(provider).Gate, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => MountedQnn.Find(Options(provider))).AddSingleton(CreatePrograms);
        services.AddSingleton(provider => new RunTransfers(
            provider.GetRequiredService<FarmHosts.FarmHostsClient>(),
            new BlobDownloader(provider.GetRequiredService<IHttpClientFactory>().CreateClient(Transfers), provider.GetRequiredService<TimeProvider>()),
            new BlobUploader(provider.GetRequiredService<IHttpClientFactory>().CreateClient(Transfers), provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<StagedModels>()));
        services.AddSingleton<StagedModels>().AddSingleton<LocalCpu>().AddSingleton<HostDevices>().AddSingleton<HostMemory>();
        services.AddSingleton<IRunWork, ProfileWork>().AddSingleton<IRunWork, InferenceWork>().AddSingleton<ProfileStages>();
        services.AddSingleton<RunExecutor>().AddSingleton<HostLoop>();
        services.AddDoorbellListener<RunWorkAvailable>(provider => provider.GetRequiredService<HostLoop>().Hear);
        services.AddHostedService<HostAgent>();
        return builder;
    }

    private static WorkerOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<WorkerOptions>>().Value;

    private static RunnerPrograms CreatePrograms(IServiceProvider provider)
    {
        var options = Options(provider);
        var sandbox = provider.GetRequiredKeyedService<ISandbox>(SandboxKey);
        return new RunnerPrograms(
            sandbox,
            new SandboxedRunner(sandbox, Path.Combine(options.Runners, "model-runner", "model-runner"), new RuntimeLibraries(options.LiteRt, options.Tflite, options.Toolchains) { Qnn = provider.GetRequiredService<MountedQnn>().Root }),
            new SandboxedStep(sandbox, Path.Combine(options.Runners, "step", "step")));
    }
}
