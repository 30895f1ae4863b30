using Microsoft.Extensions.Options;
using Platform.Compiler.Nodes;
using Platform.Compiler.Tools;
using Platform.Compiler.Work;
using Platform.Contracts.Messages;
using Platform.Contracts.Node.V1;
using Platform.Messaging;
using Platform.Mounts;
using Platform.Runners.Sandboxed;
using Platform.Sandbox;
using Platform.Sandbox.Gate;
using Platform.ServiceDefaults;
using Platform.Toolchains.Qnn;
using Platform.Transfers;

namespace Platform.Compiler;

/// <summary>Registers a build node.</summary>
internal static class CompilerExtensions
{
    public static WebApplicationBuilder AddCompiler(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<CompilerOptions>().BindConfiguration("Compiler").ValidateDataAnnotations().ValidateOnStart();
        services.AddDoorbells(builder.Configuration);
        services.AddServiceClient<BuildNodes.BuildNodesClient>(addresses => addresses.Gateway);
        services.AddHttpClient("transfers");
        services.AddSingleton(provider => Sandboxes.Create(provider.GetRequiredService<IOptions<CompilerOptions>>().Value.Sandbox, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new BlobUploader(provider.GetRequiredService<IHttpClientFactory>().CreateClient("transfers"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new BlobDownloader(provider.GetRequiredService<IHttpClientFactory>().CreateClient("transfers"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new SandboxedStep(provider.GetRequiredService<ISandbox>(), provider.GetRequiredService<ToolBox>().StepProgram));
        services.AddSingleton(CreateRunner).AddSingleton<ParityWork>();
        services.AddSingleton(provider => new StepGate(new MeasurementGate(provider.GetRequiredService<IOptions<CompilerOptions>>().Value.Gate, provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton(CreateQnn).AddSingleton<ToolBox>().AddSingleton<WorkTransfers>();
        services.AddSingleton<IWork, ConversionWork>().AddSingleton<IWork, LinkingWork>().AddSingleton<IWork, InspectionWork>().AddSingleton<WorkRunner>().AddSingleton<NodeLoop>();
        services.AddDoorbellListener<CompileWorkAvailable>(provider => _ => provider.GetRequiredService<NodeLoop>().Wake());
        services.AddHostedService<NodeHost>();
        return builder;
    }

    private static QnnMount CreateQnn(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<CompilerOptions>>().Value;
        return new QnnMount(Path.Combine(options.Runners, "qnn-step", "qnn-step"), options.Qnn, options.Toolchains, QnnPackage.UserCache);
    }

    private static SandboxedConversation CreateRunner(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<CompilerOptions>>().Value;
        return new SandboxedConversation(
            provider.GetRequiredService<ISandbox>(),
            Path.Combine(options.Runners, "model-runner", "model-runner"),
            () => new RuntimeLibraries(options.LiteRt, options.Tflite, options.Toolchains) { Qnn = provider.GetRequiredService<QnnMount>().Root });
    }
}
