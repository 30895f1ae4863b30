namespace Platform.Simulation.Tests.Engine;

/// <summary>The one source of chance of a world: everything that could have been otherwise is drawn here.</summary>
internal sealed class Chance(int seed)
{
    private readonly Random _random = new(seed);

    public int Below(int end) => end <= 1 ? 0 : _random.Next(end);

    public int Between(int first, int last) => _random.Next(first, last + 1);

    public bool Of(double share) => share > 0 && _random.NextDouble() < share;

    public T One<T>(IReadOnlyList<T> of) => of[Below(of.Count)];

    public void Fill(Span<byte> bytes) => _random.NextBytes(bytes);

    public TimeSpan Seconds(double from, double to) => TimeSpan.FromSeconds(from + (_random.NextDouble() * (to - from)));

    /// <summary>Mostly short, sometimes many times as long.</summary>
    public TimeSpan Around(TimeSpan mean) => mean == TimeSpan.Zero ? mean : mean * -Math.Log(1 - (_random.NextDouble() * 0.9999));
}
