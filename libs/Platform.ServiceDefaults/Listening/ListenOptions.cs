using System.ComponentModel.DataAnnotations;

namespace Platform.ServiceDefaults;

/// <summary>Where a process listens (configuration section <c>Listen</c>).</summary>
public sealed class ListenOptions
{
    /// <summary>Address to bind: loopback unless an operator opens it.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Port for HTTP/1.1 (REST, blobs, event streams, pages); 0 takes a free one, -1 none.</summary>
    [Range(-1, 65535)]
    public int Http { get; set; } = 8080;

    /// <summary>Port for gRPC over cleartext HTTP/2; 0 takes a free one, -1 none.</summary>
    [Range(-1, 65535)]
    public int Grpc { get; set; } = 8081;

    /// <summary>Unix socket for calls between services of one process or pod; empty for none. Only its owner can open it.</summary>
    public string Socket { get; set; } = "";

    /// <summary>Certificate (PEM or PFX) that turns TLS on for both ports; empty for cleartext.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>Private key (PEM) of the certificate, when it is a file of its own.</summary>
    public string CertificateKeyPath { get; set; } = "";
}
