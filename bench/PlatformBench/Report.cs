namespace PlatformBench;

/// <summary>Prints figures; remembers whether every gate was met. Goals are for reference machines and are printed, not gated.</summary>
internal sealed class Report
{
    public bool IsMet { get; private set; } = true;

    public static void Figure(string what, double value, string unit, string goal) => Console.WriteLine($"     {what,-66} {value,12:0.###} {unit} (goal {goal})");

    public static void Peer(string what, double value, string unit) => Console.WriteLine($"     {what,-66} {value,12:0.###} {unit}");

    public void Gate(string what, bool met, string detail)
    {
        IsMet &= met;
        Console.WriteLine($"{(met ? "ok  " : "MISS")} {what,-66} {detail}");
    }

    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min((int)(share * sorted.Length), sorted.Length - 1)];
    }
}
