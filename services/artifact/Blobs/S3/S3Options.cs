using Microsoft.Extensions.Options;

namespace Platform.Artifact.Blobs;

/// <summary>Object storage (configuration section <c>Artifact:S3</c>). Without an endpoint, bytes lie in <see cref="ArtifactOptions.Folder"/>.</summary>
internal sealed class S3Options
{
    /// <summary>Address of the server, <c>http(s)://host:port</c>.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Address under which clients, nodes and hosts reach the same server; the endpoint itself when empty.</summary>
    public string PublicEndpoint { get; set; } = "";

    /// <summary>Bucket; it must exist, see <see cref="CreateBucket"/>.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>Makes the bucket at start when it is missing.</summary>
    public bool CreateBucket { get; set; }

    /// <summary>Region that signatures name.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Access key; or <see cref="AccessKeyFile"/>.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>File that holds the access key, as secrets are mounted.</summary>
    public string AccessKeyFile { get; set; } = "";

    /// <summary>Secret key; or <see cref="SecretKeyFile"/>.</summary>
    public string SecretKey { get; set; } = "";

    /// <summary>File that holds the secret key.</summary>
    public string SecretKeyFile { get; set; } = "";

    /// <summary>Whether clients send and fetch bytes themselves, by signed addresses; else everything goes through this service.</summary>
    public bool Direct { get; set; } = true;

    public bool IsOn => Endpoint.Length > 0;

    public string ReadAccessKey() => AccessKeyFile.Length > 0 ? File.ReadAllText(AccessKeyFile).Trim() : AccessKey;

    public string ReadSecretKey() => SecretKeyFile.Length > 0 ? File.ReadAllText(SecretKeyFile).Trim() : SecretKey;
}

/// <summary>Checks the options at start; all faults at once.</summary>
internal sealed class S3OptionsValidator : IValidateOptions<S3Options>
{
    public ValidateOptionsResult Validate(string? name, S3Options options)
    {
        if (!options.IsOn)
        {
            return ValidateOptionsResult.Success;
        }

        List<string> faults = [];
        Require(IsAddress(options.Endpoint), $"Artifact:S3:Endpoint is '{options.Endpoint}'; it must be http://HOST:PORT or https://HOST:PORT");
        Require(options.PublicEndpoint.Length == 0 || IsAddress(options.PublicEndpoint), $"Artifact:S3:PublicEndpoint is '{options.PublicEndpoint}'; it must be http://HOST:PORT or https://HOST:PORT");
        Require(options.Bucket.Length > 0, "Artifact:S3:Bucket is missing");
        RequireKey(options.AccessKey, options.AccessKeyFile, "AccessKey");
        RequireKey(options.SecretKey, options.SecretKeyFile, "SecretKey");
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;

        void Require(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }

        void RequireKey(string value, string file, string key)
        {
            Require(value.Length > 0 != file.Length > 0, $"one of Artifact:S3:{key} and Artifact:S3:{key}File must be set");
            Require(file.Length == 0 || File.Exists(file), $"Artifact:S3:{key}File: there is no file {file}");
        }
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}
