namespace TestKit.Servers;

/// <summary>Whether containers can be run here.</summary>
public static class ContainerEngine
{
    public static bool IsThere { get; } = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } || File.Exists("/var/run/docker.sock");
}
