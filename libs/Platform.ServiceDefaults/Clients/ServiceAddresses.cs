using System.ComponentModel.DataAnnotations;

namespace Platform.ServiceDefaults;

/// <summary>Where the other services are (configuration section <c>Services</c>): <c>http://host:port</c> or <c>unix:/path</c>.</summary>
public sealed class ServiceAddresses
{
    /// <summary>The gateway.</summary>
    [Required]
    public string Gateway { get; set; } = "http://gateway:8081";

    /// <summary>The artifact service.</summary>
    [Required]
    public string Artifact { get; set; } = "http://artifact:8081";

    /// <summary>The device broker.</summary>
    [Required]
    public string Broker { get; set; } = "http://device-broker:8081";
}
