using System.ComponentModel.DataAnnotations;

namespace Platform.Artifact;

/// <summary>Settings of the artifact service (configuration section <c>Artifact</c>).</summary>
internal sealed class ArtifactOptions
{
    /// <summary>Folder of uploads and blobs.</summary>
    [Required]
    public string Folder { get; set; } = "/var/lib/hub/blobs";

    /// <summary>Address under which clients, nodes and hosts reach the blob endpoints.</summary>
    [Required]
    public string PublicUrl { get; set; } = "http://artifact:8080";

    /// <summary>How often garbage is looked for.</summary>
    public TimeSpan GarbageInterval { get; set; } = TimeSpan.FromMinutes(5);
}
