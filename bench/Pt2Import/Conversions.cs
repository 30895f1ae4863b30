using System.Diagnostics;
using Onnx.Model;
using Torch.Onnx;

namespace Pt2Import;

/// <summary>Conversions on the clock. CPU time is counted, so that other work on the machine does not show; on an idle one it is the wall clock's.</summary>
internal static class Conversions
{
    /// <summary>Milliseconds from the file to the model's bytes, warm.</summary>
    public static double Median(string source, int count)
    {
        for (int i = 0; i < 200; i++)
        {
            ToBytes(source);
        }

        // The clock ticks every 10 ms: ten conversions make one figure.
        const int Batch = 10;
        double[] times = new double[count / Batch];
        for (int i = 0; i < times.Length; i++)
        {
            var start = Process.GetCurrentProcess().TotalProcessorTime;
            for (int j = 0; j < Batch; j++)
            {
                ToBytes(source);
            }

            times[i] = (Process.GetCurrentProcess().TotalProcessorTime - start).TotalMilliseconds / Batch;
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }

    /// <summary>CPU seconds of a whole process.</summary>
    public static double ProcessSeconds(string hub, string source, string product, int count)
    {
        double[] times = new double[count];
        for (int i = 0; i < count; i++)
        {
            double before = ChildClock.Seconds;
            using var process = Process.Start(new ProcessStartInfo(hub, ["convert", source, "-o", product]) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{hub} ended with {process.ExitCode}");
            }

            times[i] = ChildClock.Seconds - before;
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }

    /// <summary>Seconds for a file with large weights, its size, and what was allocated. The best of three: the first one also fills the page cache.</summary>
    public static (double Seconds, long Bytes, long Allocated) Throughput(string source, string product)
    {
        double best = double.MaxValue;
        long allocated = 0;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            var start = Process.GetCurrentProcess().TotalProcessorTime;
            Convert(source, product);
            best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        return (best, new FileInfo(source).Length, allocated);
    }

    /// <summary>Seconds that the system itself needs to copy the file.</summary>
    public static double CopySeconds(string source, string product)
    {
        double best = double.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            File.Delete(product);
            var start = Process.GetCurrentProcess().TotalProcessorTime;
            using (var from = File.OpenRead(source))
            using (var to = File.Create(product))
            {
                from.CopyTo(to, 1 << 20);
            }

            best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds);
        }

        return best;
    }

    /// <summary>Seconds for a program in memory, the best of eleven: collections and late compilation count as processor time.</summary>
    public static double OfNodes(byte[] program)
    {
        double best = double.MaxValue;
        for (int i = 0; i < 11; i++)
        {
            GC.Collect();
            var start = Process.GetCurrentProcess().TotalProcessorTime;
            using var file = ExportedProgramFile.Read(program);
            ModelWriter.ToBytes(TorchImporter.Import(file).Model ?? throw new InvalidOperationException("the program was refused"));
            best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds);
        }

        return best;
    }

    private static void ToBytes(string source)
    {
        using var file = ExportedProgramFile.Open(source);
        ModelWriter.ToBytes(TorchImporter.Import(file).Model ?? throw new InvalidOperationException("the program was refused"));
    }

    private static void Convert(string source, string product)
    {
        using var file = ExportedProgramFile.Open(source);
        OnnxFile.Save(TorchImporter.Import(file).Model ?? throw new InvalidOperationException("the program was refused"), product);
    }
}
