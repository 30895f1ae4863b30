namespace Platform.DeviceBroker.Scheduling;

/// <summary>A run that the engine has taken out of its queue for a device; what becomes of it decides compare-and-swap.</summary>
/// <param name="Order">The run.</param>
/// <param name="Overtaken">How often it had been overtaken.</param>
/// <param name="At">When it was taken.</param>
/// <param name="Seconds">Device time that its organization has been charged with.</param>
internal sealed record Grant(RunOrder Order, byte Overtaken, DateTimeOffset At, double Seconds);

/// <summary>Why a run waits.</summary>
/// <param name="Place">Its place among the runs that ask for the same devices, 1 being next; 0 when it does not wait here.</param>
/// <param name="Matching">Devices that it may use and that match, retired ones not counted.</param>
/// <param name="Usable">Those that are online and healthy.</param>
/// <param name="Idle">Those of them that are idle.</param>
/// <param name="Seconds">Seconds until it begins, from what runs have taken so far; 0 when nothing has been measured or no device is usable.</param>
internal sealed record WaitFacts(int Place, int Matching, int Usable, int Idle, double Seconds);
