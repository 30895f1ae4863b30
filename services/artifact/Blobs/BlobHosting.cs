using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Artifact.Blobs;

/// <summary>Chooses the place of the bytes.</summary>
internal static class BlobHosting
{
    private const string Parts = "blob-parts";

    // S3's own bounds: no part but the last may be smaller, and no object has more parts.
    private const long SmallestPart = 5 << 20;
    private const long MostParts = 10_000;

    public static IServiceCollection AddBlobFiles(this IServiceCollection services)
    {
        services.AddOptions<S3Options>().BindConfiguration("Artifact:S3").ValidateOnStart();
        services.AddSingleton<IValidateOptions<S3Options>, S3OptionsValidator>();
        services.AddHttpClient(Parts, client => client.Timeout = Timeout.InfiniteTimeSpan);
        services.AddSingleton(provider => new S3Client(provider.GetRequiredService<IOptions<S3Options>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IBlobFiles>(Create);
        services.AddSingleton(provider => new BackupSource(3, (folder, cancellation) => BlobBackup.CopyAsync(provider.GetRequiredService<IBlobFiles>(), folder, cancellation)));
        services.AddSingleton(new ExceptionTranslator(error => error switch
        {
            BlobStoreException { IsFull: true } => Failures.Of(FailureCode.DiskFull, error.Message),
            BlobStoreException => Failures.Of(FailureCode.BlobStoreUnavailable, error.Message),
            _ => null,
        }));
        services.AddHealthChecks().AddCheck<BlobCheck>("blobs", tags: [HealthExtensions.Ready]);
        return services;
    }

    private static IBlobFiles Create(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<S3Options>>().Value;
        if (!options.IsOn)
        {
            return new LocalBlobFiles(provider.GetRequiredService<IOptions<ArtifactOptions>>().Value.Folder);
        }

        var limits = provider.GetRequiredService<LimitSettings>();
        long part = limits.Of(HubLimits.PartBytes);
        long largest = new[] { HubLimits.ModelBytes, HubLimits.DatasetBytes, HubLimits.OutputBytes }.Max(limits.Of);
        if (part < SmallestPart || (largest + part - 1) / part > MostParts)
        {
            throw new OptionsValidationException("Limits", typeof(S3Options), [$"Limits:part_bytes is {part}; object storage takes parts of at least {SmallestPart} bytes, and at most {MostParts} of them in one file of {largest} bytes"]);
        }

        return new S3BlobFiles(provider.GetRequiredService<S3Client>(), options, provider.GetRequiredService<IHttpClientFactory>().CreateClient(Parts), provider.GetRequiredService<TimeProvider>());
    }
}
