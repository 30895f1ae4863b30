using Microsoft.Extensions.Options;

namespace Platform.Gateway.Nodes;

/// <summary>
/// Node time that organizations have used of late, as this gateway has heard of it. Only an order of turns hangs on it: a gateway that has
/// just started has heard of nothing, and shares by the jobs at work.
/// </summary>
internal sealed class NodeTimes(IOptions<GatewayOptions> options, TimeProvider clock)
{
    private const double FirstEstimateSeconds = 30;
    private const double Following = 0.1;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Seconds, DateTimeOffset At)> _used = new(StringComparer.Ordinal);
    private double _average = FirstEstimateSeconds;

    /// <summary>An attempt for an organization has ended.</summary>
    public void Charge(string owner, TimeSpan held)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            double seconds = Math.Max(0, held.TotalSeconds);
            _used[owner] = (FadedOf(owner, now) + seconds, now);
            _average += Following * (seconds - _average);
        }
    }

    /// <summary>Node seconds for its share, jobs at work counted as what a job takes on the average; the lowest is next.</summary>
    public double ScoreOf(string owner, int running)
    {
        lock (_lock)
        {
            double weight = options.Value.Weights.TryGetValue(owner, out double given) ? given : 1;
            return (FadedOf(owner, clock.GetUtcNow()) + (running * _average)) / weight;
        }
    }

    private double FadedOf(string owner, DateTimeOffset now) =>
        _used.TryGetValue(owner, out var used) ? used.Seconds * Math.Pow(2, (used.At - now) / options.Value.HalfLife) : 0;
}
