namespace Platform.ServiceDefaults;

/// <summary>
/// How long whoever works for another process may go on without an answer of it: then it ends its work by itself, before the other gives
/// it to somebody else (architecture L5).
/// </summary>
/// <param name="clock">The clock.</param>
public sealed class SelfFence(TimeProvider clock)
{
    // Until the first answer says otherwise.
    private TimeSpan _longest = TimeSpan.FromSeconds(25);
    private long _answered = clock.GetTimestamp();

    /// <summary>How long ago the call was sent that was answered last.</summary>
    public TimeSpan Silence => clock.GetElapsedTime(_answered);

    /// <summary>Whether it has been silent for too long.</summary>
    public bool IsReached => Silence >= _longest;

    /// <summary>Begins anew, as if an answer had come.</summary>
    public void Begin() => _answered = clock.GetTimestamp();

    /// <summary>An answer has come.</summary>
    /// <param name="sent">When its call was sent: a timestamp of the clock.</param>
    /// <param name="longest">The silence that it allows from there on.</param>
    public void Answered(long sent, TimeSpan longest) => (_longest, _answered) = (longest, sent);

    /// <summary>A time to wait, cut where it would hold up the fence: neither a call that hangs nor a pause may.</summary>
    public TimeSpan NotBeyond(TimeSpan time)
    {
        var left = _longest - Silence;
        return left > TimeSpan.Zero && left < time ? left : time;
    }
}
