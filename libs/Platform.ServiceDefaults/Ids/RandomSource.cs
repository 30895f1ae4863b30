using System.Security.Cryptography;

namespace Platform.ServiceDefaults;

/// <summary>The one source of randomness, injected, so that a simulation can replay it.</summary>
/// <param name="fill">Fills a span with random bytes.</param>
public sealed class RandomSource(RandomSource.Filler fill)
{
    /// <summary>Fills a span with random bytes.</summary>
    /// <param name="bytes">The span.</param>
    public delegate void Filler(Span<byte> bytes);

    /// <summary>The operating system's.</summary>
    public static RandomSource System { get; } = new(RandomNumberGenerator.Fill);

    /// <summary>A repeatable one.</summary>
    public static RandomSource Seeded(int seed)
    {
#pragma warning disable CA5394 // Repeatable on purpose; never used where an attacker could gain from guessing.
        var random = new Random(seed);
        return new RandomSource(random.NextBytes);
#pragma warning restore CA5394
    }

    /// <summary>Random bytes.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        fill(bytes);
        return bytes;
    }

    /// <summary>A number in [0, 1).</summary>
    public double Fraction() => (BitConverter.ToUInt64(Bytes(sizeof(ulong))) >> 11) * (1.0 / (1UL << 53));
}
