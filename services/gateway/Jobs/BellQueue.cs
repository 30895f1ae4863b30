using System.Threading.Channels;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Bells that wait for an answer: one for each thing, however often it is rung for; several are answered at once. Organizations take
/// turns, and none has all answers to itself, so that one with thousands of jobs does not keep the next job of another waiting.
/// </summary>
/// <typeparam name="T">What is rung for.</typeparam>
/// <param name="turnOf">The organization whose turn it takes.</param>
/// <param name="mostOfOne">How many of one organization are answered at once.</param>
internal sealed class BellQueue<T>(Func<T, string> turnOf, int mostOfOne)
    where T : notnull
{
    private const int MostWaiting = 10_000;

    // One for each bell that could be answered now.
    private readonly Channel<bool> _ready = Channel.CreateUnbounded<bool>();
    private readonly Lock _lock = new();
    private readonly HashSet<T> _waiting = [];
    private readonly Dictionary<string, Organization> _organizations = new(StringComparer.Ordinal);
    private readonly Queue<Organization> _turns = new();

    /// <summary>There may be something to do. What waits already needs no second bell; a bell too many is dropped, a scan finds what it was for.</summary>
    /// <returns>Whether it waits.</returns>
    public bool Ring(T thing)
    {
        lock (_lock)
        {
            if (_waiting.Contains(thing))
            {
                return true;
            }

            if (_waiting.Count == MostWaiting)
            {
                return false;
            }

            _waiting.Add(thing);
            string name = turnOf(thing);
            if (!_organizations.TryGetValue(name, out var organization))
            {
                _organizations[name] = organization = new Organization(name);
            }

            organization.Bells.Enqueue(thing);
            OfferTurn(organization);
            return true;
        }
    }

    /// <summary>Answers bells until it is cancelled, at most so many at once.</summary>
    public Task AnswerAsync(int most, Func<T, CancellationToken, Task> answer, CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, most).Select(_ => AnswerInTurnAsync(answer, cancellation)));

    private async Task AnswerInTurnAsync(Func<T, CancellationToken, Task> answer, CancellationToken cancellation)
    {
        while (true)
        {
            await _ready.Reader.ReadAsync(cancellation);
            var (thing, organization) = Next();
            try
            {
                await answer(thing, cancellation);
            }
            finally
            {
                Answered(organization);
            }
        }
    }

    private (T Thing, Organization Organization) Next()
    {
        lock (_lock)
        {
            var organization = _turns.Dequeue();
            organization.HasTurn = false;
            organization.Answering++;
            var thing = organization.Bells.Dequeue();
            OfferTurn(organization);

            // Before the look: what happens from here on needs another one.
            _waiting.Remove(thing);
            return (thing, organization);
        }
    }

    private void Answered(Organization organization)
    {
        lock (_lock)
        {
            organization.Answering--;
            OfferTurn(organization);
            if (organization is { Answering: 0, Bells.Count: 0 })
            {
                _organizations.Remove(organization.Name);
            }
        }
    }

    // One turn at a time: the next is offered when it is taken.
    private void OfferTurn(Organization organization)
    {
        if (!organization.HasTurn && organization.Bells.Count > 0 && organization.Answering < mostOfOne)
        {
            organization.HasTurn = true;
            _turns.Enqueue(organization);
            _ready.Writer.TryWrite(true);
        }
    }

    private sealed class Organization(string name)
    {
        public string Name => name;

        public Queue<T> Bells { get; } = new();

        public int Answering { get; set; }

        public bool HasTurn { get; set; }
    }
}
