using System.Net;
using Microsoft.Extensions.Options;

namespace Platform.Gateway.Webhooks;

/// <summary>Where webhooks may go, and how (configuration section <c>Webhooks</c>).</summary>
internal sealed class WebhookOptions
{
    /// <summary>Networks, <c>10.1.0.0/16</c>, to which events may be sent though they are private, local or reserved.</summary>
    public IList<string> AllowedNetworks { get; set; } = [];

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What signing keys are sealed with in the store; every gateway needs the same. When not set: the service token; where that is not set either, a file beside the database.</summary>
    public string Key { get; set; } = "";
}

/// <summary>Refuses networks that are none before the first call is answered.</summary>
internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options) =>
        options.AllowedNetworks.FirstOrDefault(network => !IPNetwork.TryParse(network, out _)) is { } wrong
            ? ValidateOptionsResult.Fail($"Webhooks:AllowedNetworks holds '{wrong}'; a network is written 10.1.0.0/16 or fd00::/8")
            : ValidateOptionsResult.Success;
}
