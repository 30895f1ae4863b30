using System.Reflection;

namespace Platform.Gateway;

/// <summary>Version and build of this hub.</summary>
internal static class HubVersion
{
    /// <summary>Version, e.g. <c>0.1.0</c>.</summary>
    public static string Text { get; } = typeof(HubVersion).Assembly.GetName().Version!.ToString(3);

    /// <summary>Version and source revision: two builds that may convert differently differ in it.</summary>
    public static string BuildId { get; } = typeof(HubVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? Text;
}
