using Platform.Simulation.Tests.Engine;

namespace Platform.Simulation.Tests.Faults;

/// <summary>
/// How bad a seed's world is. Each kind of fault is there in some seeds and not in others, in differing strength: a fault that is
/// everywhere hides what another one would show.
/// </summary>
internal sealed class Weather
{
    private readonly Chance _chance;

    public Weather(Chance chance)
    {
        _chance = chance;
        RequestLoss = Share(0.08);
        ReplyLoss = Share(0.08);
        Doubled = Share(0.08);
        SlowCall = Share(0.15);
        StoreDown = Share(0.03);
        StoreUnknown = Share(0.03);
        StoreSlow = Share(0.1);
        StoreLag = StoreSlow > 0 ? TimeSpan.FromSeconds(10) : TimeSpan.Zero;
        BellLoss = Share(0.5);
        BellDoubled = Share(0.3);
        BellLate = Share(0.3);
        BusDown = Share(0.2);
        Crashes = chance.Of(0.6) ? chance.Between(1, 6) : 0;
        Pauses = chance.Of(0.4) ? chance.Between(1, 4) : 0;
        Partitions = chance.Of(0.5) ? chance.Between(1, 4) : 0;
        Silences = chance.Of(0.3) ? chance.Between(1, 3) : 0;
        Skew = chance.Of(0.5) ? TimeSpan.FromSeconds(2) : TimeSpan.Zero;
        FarSkew = chance.Of(0.3) ? TimeSpan.FromMinutes(10) : TimeSpan.Zero;
    }

    /// <summary>Shares of calls.</summary>
    public double RequestLoss { get; private set; }

    public double ReplyLoss { get; private set; }

    public double Doubled { get; private set; }

    public double SlowCall { get; private set; }

    /// <summary>Shares of the store's operations: refused before, or without an answer after they took place.</summary>
    public double StoreDown { get; private set; }

    public double StoreUnknown { get; private set; }

    public double StoreSlow { get; private set; }

    /// <summary>What the store's operations of one request cost in all, at most.</summary>
    public TimeSpan StoreLag { get; }

    /// <summary>Shares of doorbells.</summary>
    public double BellLoss { get; private set; }

    public double BellDoubled { get; private set; }

    public double BellLate { get; private set; }

    public double BusDown { get; private set; }

    /// <summary>How often in all.</summary>
    public int Crashes { get; }

    public int Pauses { get; }

    public int Partitions { get; }

    /// <summary>How often somebody who has just begun to work gets no answer any more.</summary>
    public int Silences { get; }

    /// <summary>How wrong the clocks of gateways and brokers are at most; those of nodes and hosts may be far off.</summary>
    public TimeSpan Skew { get; }

    public TimeSpan FarSkew { get; }

    /// <summary>No more faults: from here on everything has to come to its end.</summary>
    public void Clear()
    {
        (RequestLoss, ReplyLoss, Doubled, SlowCall) = (0, 0, 0, 0);
        (StoreDown, StoreUnknown, StoreSlow) = (0, 0, 0);
        (BellLoss, BellDoubled, BellLate, BusDown) = (0, 0, 0, 0);
    }

    private double Share(double most) => _chance.Of(0.5) ? _chance.Between(1, 100) / 100.0 * most : 0;
}
