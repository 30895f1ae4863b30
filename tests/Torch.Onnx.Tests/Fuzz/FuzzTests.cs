using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Onnx.Model;
using TestKit;

namespace Torch.Onnx.Tests.Fuzz;

/// <summary>Damaged programs are converted or refused: no crash, no hang, no memory without bound. <c>./test.sh --fuzz pt2 N</c> runs N of them.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int PlainCount = 250_000;
    private const long LargestFile = 256 << 10;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    [Fact]
    public void Import_MutatedPrograms_ConvertOrAreRefused()
    {
        int count = Environment.GetEnvironmentVariable("HUB_FUZZ_PT2") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : PlainCount;
        int first = Environment.GetEnvironmentVariable("HUB_FUZZ_SEED") is { Length: > 0 } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : 0;
        byte[][] seeds = Seeds();
        var failures = new ConcurrentQueue<string>();
        var outcomes = new ConcurrentDictionary<string, int>();
        long greatest = 0;
        var clock = Stopwatch.StartNew();
        Parallel.For(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            byte[] file = new Mutator(i).Mutate(seeds[i % seeds.Length]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            var start = clock.Elapsed;
            outcomes.AddOrUpdate(Run(file, i, failures), 1, (_, n) => n + 1);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            InterlockedMax(ref greatest, allocated);
            if (allocated > (4L * file.Length) + (64L << 20))
            {
                failures.Enqueue($"seed {i}: {allocated} bytes allocated for a file of {file.Length}");
            }

            if (clock.Elapsed - start > s_longest)
            {
                failures.Enqueue($"seed {i}: took {clock.Elapsed - start}");
            }
        });

        output.WriteLine($"{count} mutations of {seeds.Length} programs in {clock.Elapsed.TotalSeconds:0.0} s; the greatest allocated {greatest >> 20} MiB");
        output.WriteLine(string.Join(", ", outcomes.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.True(failures.IsEmpty, string.Join('\n', failures.Take(20)));
        Assert.True(outcomes.Count > 5, "the mutations reach too little");
    }

    private static string Run(byte[] file, int seed, ConcurrentQueue<string> failures)
    {
        try
        {
            using var opened = ExportedProgramFile.Read(file);
            var result = TorchImporter.Import(opened, null, TestContext.Current.CancellationToken);
            if (result.Model is null)
            {
                return $"blocked by {result.Blockers[0].Reason}";
            }

            ModelWriter.ToBytes(result.Model);
            return "converted";
        }
        catch (ExportedProgramException refusal)
        {
            return refusal.Error.ToString();
        }
        catch (Exception crash) when (crash is not OperationCanceledException)
        {
            failures.Enqueue($"seed {seed}: {crash.GetType().Name}: {crash.Message} {crash.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Torch.Onnx", StringComparison.Ordinal))?.Trim()}");
            return "crashed";
        }
    }

    private static byte[][] Seeds()
    {
        var files = new List<string> { RepositoryRoot.Combine("samples", "digits", "digits.pt2") };
        foreach (string folder in new[] { "ops", "old26", "mid28", "nets" })
        {
            if (SharedMaterial.TryFind("testdata", "pt2", folder) is { } path)
            {
                files.AddRange(Directory.GetFiles(path, "model.pt2", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length <= LargestFile).Order(StringComparer.Ordinal));
            }
        }

        return [.. files.Select(File.ReadAllBytes)];
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (long known = Volatile.Read(ref target); value > known; known = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, known);
        }
    }
}
