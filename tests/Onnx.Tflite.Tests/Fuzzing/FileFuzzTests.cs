using System.Diagnostics;
using CsCheck;
using Onnx.Model;
using TestKit;

namespace Onnx.Tflite.Tests;

/// <summary>Damaged files: each is converted or refused, in bounded memory and time. <c>./test.sh --fuzz tflite-files N</c> runs N of them.</summary>
public sealed class FileFuzzTests
{
    private const long Allowance = 64 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Convert_DamagedFiles_NeitherCrashNorHang()
    {
        OnnxTestData.Require();
        string[] models = [.. Directory.EnumerateFiles(OnnxTestData.Root, "model.onnx", SearchOption.AllDirectories).Where(path => new FileInfo(path).Length < 100_000).Order(StringComparer.Ordinal).Where((_, i) => i % 7 == 0)];
        byte[][] seeds = [.. models.Select(File.ReadAllBytes)];
        var (cases, time) = FuzzBudget.Of("HUB_FUZZ_TFLITE_FILES");
        long count = 0;
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.ULong.Array[1, 6]).Sample(
            (seed, changes) =>
            {
                byte[] damaged = Damage(seeds[seed], changes);
                var watch = Stopwatch.StartNew();
                long before = GC.GetAllocatedBytesForCurrentThread();
                Open(damaged);
                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated <= (4L * damaged.Length) + Allowance, $"{allocated:N0} bytes for a file of {damaged.Length:N0} made of {models[seed]}");
                Assert.True(watch.Elapsed < s_patience, $"{watch.Elapsed} for a file of {damaged.Length:N0} bytes");
                Interlocked.Increment(ref count);
            },
            iter: cases,
            time: time,
            threads: Environment.ProcessorCount);
        TestContext.Current.SendDiagnosticMessage($"{count:N0} damaged files of {seeds.Length} models");
    }

    private static void Open(byte[] bytes)
    {
        try
        {
            TfliteConverter.Convert(ModelReader.Read(bytes), new ConvertOptions()).Product?.ToArray();
        }
        catch (OnnxFormatException)
        {
            Interlocked.Increment(ref s_refused);
        }
    }

    private static long s_refused;

    private static byte[] Damage(byte[] file, ulong[] changes)
    {
        var bytes = file.ToList();
        foreach (ulong change in changes.Where(_ => bytes.Count > 8))
        {
            int at = (int)((change >> 8) % (ulong)bytes.Count), length = (int)((change >> 40) % 16) + 1;
            switch (change % 6)
            {
                case 0: bytes[at] ^= (byte)(1 << (int)((change >> 4) % 8)); break;
                case 1: bytes[at] = (byte)(change >> 48); break;
                case 2: bytes.RemoveRange(at, Math.Min(length, bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(length, bytes.Count - at))); break;
                case 4: bytes.RemoveRange(at, Math.Min(bytes.Count - at, (int)((change >> 44) % 8) == 0 ? bytes.Count : length)); break;
                default: bytes[at] = 0xFF; break;
            }
        }

        return [.. bytes];
    }
}
