namespace Platform.Planting;

/// <summary>
/// Defects that the simulation has to find, each compiled in only where <c>PLANTED_BUGS</c> is defined and asleep until it is asked for.
/// What ships has neither this class nor a call of it.
/// </summary>
internal static class Planted
{
    /// <summary>Name of the application's datum that says which one is awake.</summary>
    public const string Switch = "HUB_PLANTED_BUG";

    public static bool IsOn(string bug) => AppContext.GetData(Switch) is string on && on == bug;
}
