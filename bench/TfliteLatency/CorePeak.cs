using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace TfliteLatency;

/// <summary>
/// How many multiplications with an addition, of float32, this core does at most: fused instructions on independent registers, no
/// memory. No kernel that multiplies as often as the network's definition says can take less time than that.
/// </summary>
internal static class CorePeak
{
    private const int Chains = 12;
    private const int Rounds = 2_000_000;

    /// <summary>The most a second, of ten tries.</summary>
    public static double MultiplyAddsPerSecond() => Enumerable.Range(0, 10).Max(_ => Once());

    private static double Once()
    {
        long began = Stopwatch.GetTimestamp();
        int lanes = Vector512.IsHardwareAccelerated ? Run512() : Run256();
        return (double)Chains * lanes * Rounds / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static int Run512()
    {
        var (factor, offset) = (Vector512.Create(0.999f), Vector512.Create(0.001f));
        Vector512<float> a = offset, b = offset, c = offset, d = offset, e = offset, f = offset, g = offset, h = offset, i = offset, j = offset, k = offset, l = offset;
        for (int round = 0; round < Rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, factor, offset);
            b = Vector512.FusedMultiplyAdd(b, factor, offset);
            c = Vector512.FusedMultiplyAdd(c, factor, offset);
            d = Vector512.FusedMultiplyAdd(d, factor, offset);
            e = Vector512.FusedMultiplyAdd(e, factor, offset);
            f = Vector512.FusedMultiplyAdd(f, factor, offset);
            g = Vector512.FusedMultiplyAdd(g, factor, offset);
            h = Vector512.FusedMultiplyAdd(h, factor, offset);
            i = Vector512.FusedMultiplyAdd(i, factor, offset);
            j = Vector512.FusedMultiplyAdd(j, factor, offset);
            k = Vector512.FusedMultiplyAdd(k, factor, offset);
            l = Vector512.FusedMultiplyAdd(l, factor, offset);
        }

        Keep(Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l));
        return Vector512<float>.Count;
    }

    private static int Run256()
    {
        var (factor, offset) = (Vector256.Create(0.999f), Vector256.Create(0.001f));
        Vector256<float> a = offset, b = offset, c = offset, d = offset, e = offset, f = offset, g = offset, h = offset, i = offset, j = offset, k = offset, l = offset;
        for (int round = 0; round < Rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(a, factor, offset);
            b = Vector256.FusedMultiplyAdd(b, factor, offset);
            c = Vector256.FusedMultiplyAdd(c, factor, offset);
            d = Vector256.FusedMultiplyAdd(d, factor, offset);
            e = Vector256.FusedMultiplyAdd(e, factor, offset);
            f = Vector256.FusedMultiplyAdd(f, factor, offset);
            g = Vector256.FusedMultiplyAdd(g, factor, offset);
            h = Vector256.FusedMultiplyAdd(h, factor, offset);
            i = Vector256.FusedMultiplyAdd(i, factor, offset);
            j = Vector256.FusedMultiplyAdd(j, factor, offset);
            k = Vector256.FusedMultiplyAdd(k, factor, offset);
            l = Vector256.FusedMultiplyAdd(l, factor, offset);
        }

        Keep(Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l));
        return Vector256<float>.Count;
    }

    private static void Keep(float value)
    {
        if (float.IsNaN(value))
        {
            throw new InvalidOperationException("the sums diverge");
        }
    }
}
