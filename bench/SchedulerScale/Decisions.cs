using System.Diagnostics;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Scheduling;
using PlatformBench;

namespace SchedulerScale;

/// <summary>Time of a decision and memory of a waiting run, at full scale and at a tenth.</summary>
internal static class Decisions
{
    private const int Rounds = 5;
    private const int DecisionsOfARound = 40_000;
    private const double BytesGoal = 1024;

    public static void Run(Report report, int runs, int devices)
    {
        var tenth = new Load(runs / 10, devices / 10);
        var full = new Load(runs, devices);
        for (int i = 0; i < Rounds; i++)
        {
            // Turn about, so that a drift of the machine favours none.
            tenth.Decide(DecisionsOfARound);
            full.Decide(DecisionsOfARound);
        }

        foreach (var load in new[] { tenth, full })
        {
            string scale = $"{load.Runs:n0} waiting runs, {load.Devices:n0} devices";
            Report.Figure($"decision p99, {scale}", load.Quantile(0.99), "µs", "below 1,000 µs");
            Report.Peer($"decision p50, {scale}", load.Quantile(0.5), "µs");
            Report.Peer($"decision p99.9, {scale}", load.Quantile(0.999), "µs");
            Report.Peer($"taking a run in, mean, {scale}", load.EnqueueMicroseconds, "µs");
            Report.Peer($"place and reason of a run, p99, {scale}", load.Describe(), "µs");
            Report.Figure($"memory of a waiting run, {scale}", load.BytesOfARun, "bytes", $"at most {BytesGoal:n0}");
        }

        report.Gate("decision p99 at full scale at most twice that at a tenth", full.Quantile(0.99) <= 2 * tenth.Quantile(0.99), $"{full.Quantile(0.99) / tenth.Quantile(0.99):0.00}");
        report.Gate("decision p99 below 1 ms", full.Quantile(0.99) < 1000, $"{full.Quantile(0.99):0.0} µs");
        report.Gate("a waiting run takes at most 1 KB", full.BytesOfARun <= BytesGoal, $"{full.BytesOfARun:0}");
    }

    // Most runs wait too long, as they do in such a backlog: every fourth decision looks for the oldest.
    /// <summary>An engine under a load that stays as it is: a run is given, one ends, one comes.</summary>
    private sealed class Load
    {
        private readonly BigFarm _farm = new(7);
        private readonly SchedulingEngine _engine = new(new SchedulingPolicy { LongestWait = TimeSpan.FromMinutes(1) }, BigFarm.Start);
        private readonly StoredDevice[] _devices;
        private readonly IReadOnlySet<ulong>[] _staged;
        private readonly Grant?[] _held;
        private readonly List<double> _microseconds = [];
        private readonly List<RunOrder> _some = [];
        private DateTimeOffset _now = BigFarm.Start;

        public Load(int runs, int devices)
        {
            (Runs, Devices) = (runs, devices);
            _devices = _farm.Devices(devices);
            _held = new Grant?[devices];
            _staged = _farm.StagedModels((devices + 9) / 10);
            Array.ForEach(_devices, _engine.Observe);
            Array.ForEach(_devices, device => _engine.Take(device, _staged[0], _now));
            long before = GC.GetTotalMemory(forceFullCollection: true);
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < runs; i++)
            {
                _now = _now.AddMilliseconds(1);
                _engine.Enqueue(_farm.NextRun(_now), _now);
            }

            EnqueueMicroseconds = Stopwatch.GetElapsedTime(began).TotalMicroseconds / runs;
            BytesOfARun = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / runs;
        }

        public int Runs { get; }

        public int Devices { get; }

        public double BytesOfARun { get; }

        public double EnqueueMicroseconds { get; }

        public double Quantile(double share) => Report.Quantile(_microseconds, share);

        public void Decide(int decisions)
        {
            for (int i = 0; i < decisions; i++)
            {
                _now = _now.AddMilliseconds(2);
                int free = _farm.Next(_devices.Length);
                if (_held[free] is { } ended)
                {
                    _engine.Settle(ended, _now - ended.At);
                }

                long began = Stopwatch.GetTimestamp();
                _held[free] = _engine.Take(_devices[free], _staged[free / 10], _now);
                _microseconds.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
                if (_held[free] is not null)
                {
                    var next = _farm.NextRun(_now);
                    _engine.Enqueue(next, _now);
                    _some.Add(next);
                }
            }
        }

        /// <summary>How long it takes to say where a run stands; p99 in microseconds.</summary>
        public double Describe()
        {
            var times = new List<double>();
            foreach (var order in _some.TakeLast(2000))
            {
                long began = Stopwatch.GetTimestamp();
                _engine.Describe(order);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            }

            return Report.Quantile(times, 0.99);
        }
    }
}
