using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Scheduling;

namespace Platform.DeviceBroker.Tests.Scheduling;

/// <summary>The same rules written down plainly: every decision looks at every run and every organization.</summary>
internal sealed class NaiveScheduler(SchedulingPolicy policy)
{
    private readonly List<(RunOrder Order, int Overtaken)> _queue = [];
    private readonly Dictionary<string, double> _used = [];
    private readonly Dictionary<string, double> _estimated = [];
    private readonly Dictionary<string, long> _served = [];
    private readonly Dictionary<string, int> _sincePromotion = [];
    private long _grants;

    public void Enqueue(RunOrder run, DateTimeOffset now)
    {
        if (_queue.TrueForAll(waiting => waiting.Order.Owner != run.Owner) && _queue.Count > 0)
        {
            string first = _queue.Select(waiting => waiting.Order.Owner).Distinct().OrderBy(Score).ThenBy(o => _served.GetValueOrDefault(o)).ThenBy(o => o, StringComparer.Ordinal).First();
            double least = (_used.GetValueOrDefault(first) - _estimated.GetValueOrDefault(first)) / policy.WeightOf(first);
            _used[run.Owner] = Math.Max(_used.GetValueOrDefault(run.Owner), (least - Weighed(policy.Credit.TotalSeconds, now)) * policy.WeightOf(run.Owner));
        }

        _queue.Add((run, 0));
    }

    public bool Remove(string id) => _queue.RemoveAll(waiting => waiting.Order.Id == id) > 0;

    public RunOrder? Take(StoredDevice device, IReadOnlySet<ulong> staged, DateTimeOffset now)
    {
        var able = _queue.Where(waiting => DeviceLedger.MayUse(waiting.Order.Owner, device) && DeviceMatching.Matches(device, waiting.Order.Device)).Select(waiting => waiting.Order).ToList();
        if (able.Count == 0)
        {
            return null;
        }

        var chosen = Promoted(able, device, now) ?? ByTurn(able, staged, now);
        _queue.RemoveAll(waiting => waiting.Order == chosen);
        _served[chosen.Owner] = ++_grants;
        Charge(chosen.Owner, policy.FirstEstimate.TotalSeconds, now);
        return chosen;
    }

    /// <summary>Charges in advance; negative when that is given back.</summary>
    public void Charge(string owner, double seconds, DateTimeOffset at)
    {
        double weighed = Weighed(seconds, at.AddSeconds(policy.FirstEstimate.TotalSeconds / 2));
        _used[owner] = Math.Max(0, _used.GetValueOrDefault(owner) + weighed);
        _estimated[owner] = Math.Max(0, _estimated.GetValueOrDefault(owner) + weighed);
    }

    private RunOrder? Promoted(List<RunOrder> able, StoredDevice device, DateTimeOffset now)
    {
        if (device.Owner != StoredDevice.PublicOwner)
        {
            return null;
        }

        string kind = string.Join(' ', [device.Name, .. device.Attributes]);
        _sincePromotion[kind] = _sincePromotion.GetValueOrDefault(kind) + 1;
        var late = able.Where(run => IsLate(run, now)).OrderBy(run => run.QueuedAt).ThenBy(run => run.Id, StringComparer.Ordinal).FirstOrDefault();
        if (_sincePromotion[kind] < policy.PromotedEvery || late is null)
        {
            return null;
        }

        _sincePromotion[kind] = 0;
        return late;
    }

    private RunOrder ByTurn(List<RunOrder> able, IReadOnlySet<ulong> staged, DateTimeOffset now)
    {
        string owner = able.Select(run => run.Owner).Distinct().OrderBy(Score).ThenBy(o => _served.GetValueOrDefault(o)).ThenBy(o => o, StringComparer.Ordinal).First();
        var own = able.Where(run => run.Owner == owner)
            .OrderBy(run => IsLate(run, now) ? 0 : 1).ThenByDescending(run => IsLate(run, now) ? 0 : run.Priority).ThenBy(run => run.QueuedAt).ThenBy(run => run.Id, StringComparer.Ordinal).ToList();
        var first = own[0];
        int at = _queue.FindIndex(waiting => waiting.Order == first);
        if (IsLate(first, now) || _queue[at].Overtaken >= policy.MostOvertaken || staged.Contains(first.Model))
        {
            return first;
        }

        var near = _queue.Select(waiting => waiting.Order).Where(run => run.Owner == owner && run.Device.Equals(first.Device) && run.Priority == first.Priority)
            .OrderBy(run => run.QueuedAt).ThenBy(run => run.Id, StringComparer.Ordinal).Take(policy.AffinityDepth).FirstOrDefault(run => staged.Contains(run.Model));
        if (near is null)
        {
            return first;
        }

        _queue[at] = (first, _queue[at].Overtaken + 1);
        return near;
    }

    private bool IsLate(RunOrder run, DateTimeOffset now) => run.QueuedAt <= now - policy.LongestWait;

    private double Score(string owner) => _used.GetValueOrDefault(owner) / policy.WeightOf(owner);

    private double Weighed(double seconds, DateTimeOffset at) => seconds * Math.Pow(2, (at - Farm.Start) / policy.HalfLife);
}
