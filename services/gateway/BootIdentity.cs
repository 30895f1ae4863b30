using Platform.ServiceDefaults;

namespace Platform.Gateway;

/// <summary>This start of this process.</summary>
internal sealed class BootIdentity(IdSource ids)
{
    public string Id { get; } = ids.New('x');
}
