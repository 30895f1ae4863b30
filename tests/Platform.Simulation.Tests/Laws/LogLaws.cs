using Platform.Gateway.Events;
using Platform.Simulation.Tests.Stores;

namespace Platform.Simulation.Tests.Laws;

/// <summary>What holds for an organization's event log after every write of it.</summary>
internal sealed class LogLaws(Ledger ledger)
{
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);

    public void Check(Commit commit)
    {
        ledger.Require(commit is { Before: null, After: not null }, "the log is only appended to", () => (commit.Before ?? commit.After)!.Id);
        if (commit.After is not { } stored)
        {
            return;
        }

        var entry = Documents.Read<LoggedEvent>(stored);
        long expected = _last.GetValueOrDefault(entry.Owner) + 1;
        ledger.Require(entry.Seq == expected, "L7: the log has no gaps", () => $"{entry.Owner}: {entry.Seq} after {expected - 1}");
        _last[entry.Owner] = entry.Seq;
    }
}
