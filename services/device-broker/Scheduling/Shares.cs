namespace Platform.DeviceBroker.Scheduling;

/// <summary>
/// Who has used how much. Device time is kept as if it grew in weight instead of fading (forward decay): the order of
/// organizations then changes only when one of them is charged, never by the passing of time.
/// </summary>
internal sealed class Shares(SchedulingPolicy policy, DateTimeOffset start)
{
    // In half-lives; far from the largest double, which is 2 to the power of 1024.
    private const double FurthestFromOrigin = 200;

    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);
    private readonly SortedSet<Tenant> _waiting = new(Comparer<Tenant>.Create(Compare));
    private DateTimeOffset _origin = start;

    public IReadOnlyCollection<Tenant> All => _tenants.Values;

    /// <summary>Organizations with waiting runs, whoever is next first.</summary>
    public SortedSet<Tenant> Waiting => _waiting;

    public Tenant Of(string organization)
    {
        if (!_tenants.TryGetValue(organization, out var tenant))
        {
            _tenants[organization] = tenant = new Tenant(organization, policy.WeightOf(organization));
        }

        return tenant;
    }

    public Tenant? Find(string organization) => _tenants.GetValueOrDefault(organization);

    /// <summary>Seconds of device time, used at a time, in the units that are compared.</summary>
    public double Weighed(double seconds, DateTimeOffset at) => seconds * Math.Pow(2, (at - _origin) / policy.HalfLife);

    /// <summary>Units as seconds at a time.</summary>
    public double Seconds(double weighed, DateTimeOffset at) => weighed / Math.Pow(2, (at - _origin) / policy.HalfLife);

    /// <summary>One more of its runs waits.</summary>
    public void Waits(Tenant tenant)
    {
        if (++tenant.Queued == 1)
        {
            _waiting.Add(tenant);
        }
    }

    /// <summary>One less of its runs waits.</summary>
    public void WaitsNoMore(Tenant tenant)
    {
        if (--tenant.Queued == 0)
        {
            _waiting.Remove(tenant);
        }
    }

    /// <summary>An organization of which no run waits comes back: it is ahead of those who wait by the credit and no more.</summary>
    public void Lift(Tenant tenant, DateTimeOffset now)
    {
        Rebase(now);

        // What the first has been charged in advance may be given back; a lift stays.
        if (_waiting.Min is { } first && (((first.Used - first.Estimated) / first.Weight) - Weighed(policy.Credit.TotalSeconds, now)) * tenant.Weight is var floor && floor > tenant.Used)
        {
            (tenant.Used, tenant.Lifted, tenant.Unsaved) = (floor, floor, 0);
            tenant.Lifts++;
        }
    }

    /// <summary>Charges device time, or gives back what was charged too much.</summary>
    /// <param name="tenant">The organization.</param>
    /// <param name="seconds">Device time; negative to give back.</param>
    /// <param name="at">When it was, or began to be, used.</param>
    /// <param name="served">The number of the grant; null to leave its turn as it is.</param>
    public void Charge(Tenant tenant, double seconds, DateTimeOffset at, long? served)
    {
        double weighed = Weighed(seconds, at);
        Change(tenant, () =>
        {
            tenant.Used = Math.Max(0, tenant.Used + weighed);
            tenant.Unsaved += weighed;
            tenant.Served = served ?? tenant.Served;
        });
    }

    /// <summary>Charges what a run that begins is expected to use.</summary>
    public void Estimate(Tenant tenant, double seconds, DateTimeOffset at, long served)
    {
        tenant.Estimated += Weighed(seconds, at);
        Charge(tenant, seconds, at, served);
    }

    /// <summary>Gives back what was expected.</summary>
    public void Return(Tenant tenant, double seconds, DateTimeOffset at)
    {
        tenant.Estimated = Math.Max(0, tenant.Estimated - Weighed(seconds, at));
        Charge(tenant, -seconds, at, served: null);
    }

    /// <summary>Takes over what the store knows; what it has not heard of stays on top.</summary>
    public void Recall(StoredUsage stored)
    {
        var tenant = Of(stored.Id);
        tenant.Seconds ??= stored.RunSeconds;
        Change(tenant, () => tenant.Used = Math.Max(0, Math.Max(Weighed(stored.Seconds, stored.At), tenant.Lifted) + tenant.Unsaved));
    }

    /// <summary>What the store has to be told.</summary>
    public IReadOnlyList<UsageNews> News(DateTimeOffset now) =>
    [
        .. _tenants.Values.Where(tenant => tenant.Unsaved != 0 || tenant.Lifted > 0)
            .Select(tenant => new UsageNews(tenant.Id, now, Seconds(tenant.Unsaved, now), Seconds(tenant.Lifted, now), tenant.Lifts, tenant.Seconds)),
    ];

    /// <summary>The store has been told; what came since then is still news.</summary>
    public void Told(UsageNews news, StoredUsage stored)
    {
        var tenant = Of(news.Organization);
        if (tenant.Lifts == news.Lift)
        {
            (tenant.Unsaved, tenant.Lifted) = (tenant.Unsaved - Weighed(news.Seconds, news.At), 0);
        }

        Recall(stored);
    }

    private static int Compare(Tenant a, Tenant b)
    {
        int byScore = a.Score.CompareTo(b.Score);
        int byTurn = byScore != 0 ? byScore : a.Served.CompareTo(b.Served);
        return byTurn != 0 ? byTurn : string.CompareOrdinal(a.Id, b.Id);
    }

    private void Change(Tenant tenant, Action change)
    {
        _waiting.Remove(tenant);
        change();
        if (tenant.Queued > 0)
        {
            _waiting.Add(tenant);
        }
    }

    private void Rebase(DateTimeOffset now)
    {
        if ((now - _origin) / policy.HalfLife < FurthestFromOrigin)
        {
            return;
        }

        double factor = Seconds(1, now);
        _origin = now;
        _waiting.Clear();
        foreach (var tenant in _tenants.Values)
        {
            (tenant.Used, tenant.Estimated, tenant.Unsaved, tenant.Lifted) = (tenant.Used * factor, tenant.Estimated * factor, tenant.Unsaved * factor, tenant.Lifted * factor);
            if (tenant.Queued > 0)
            {
                _waiting.Add(tenant);
            }
        }
    }
}
