using Platform.Artifact.Blobs;
using Platform.Artifact.References;
using Platform.Artifact.Retention;
using Platform.Artifact.Signing;
using Platform.Artifact.Uploads;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Artifact;

/// <summary>Registers and maps the artifact service.</summary>
internal static class ArtifactExtensions
{
    public static WebApplicationBuilder AddArtifact(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ArtifactOptions>().BindConfiguration("Artifact").ValidateDataAnnotations().ValidateOnStart();
        services.AddDocumentStore("artifact", backupOrder: 2);
        services.AddSingleton<ArtifactStore>();
        services.AddBlobFiles();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<UrlSigner>();
        services.AddSingleton<UploadHashes>();
        services.AddSingleton<UploadService>();
        services.AddSingleton<BlobService>();
        services.AddSingleton<ReferenceService>();
        services.AddSingleton<GarbageCollector>();
        services.AddHostedService<ArtifactStart>();
        services.AddHostedService<GarbageLoop>();
        services.AddGrpc().AddServiceOptions<ArtifactGrpcService>(options => options.Interceptors.Add<ServiceIdentityInterceptor>());
        return builder;
    }

    public static WebApplication MapArtifact(this WebApplication app)
    {
        app.MapGrpcService<ArtifactGrpcService>();
        app.MapPut("/blobs/uploads/{upload}/parts/{part:int}", PartEndpoint.PutAsync).ExcludeFromDescription();
        app.MapGet("/blobs/{blob}", DownloadEndpoint.GetAsync).ExcludeFromDescription();
        return app;
    }
}
