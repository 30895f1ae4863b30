using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Platform.Compiler.Tools;
using Platform.Compiler.Work;
using Platform.Contracts.Node.V1;
using Platform.Sandbox;
using Platform.ServiceDefaults;

namespace Platform.Compiler.Nodes;

/// <summary>
/// The node's side of the protocol: says what it is doing, does what the answer says, and ends its work by itself when
/// nobody has answered for too long.
/// </summary>
internal sealed partial class NodeLoop(
    BuildNodes.BuildNodesClient gateway, ToolBox tools, WorkRunner runner, ISandbox sandbox, IOptions<CompilerOptions> options, IdSource ids, TimeProvider clock, ILogger<NodeLoop> logger)
{
    private static readonly TimeSpan s_longestCall = TimeSpan.FromSeconds(10);

    // What still runs by then is told, so that its owner sees it run; what is short is over before.
    private static readonly TimeSpan s_begun = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(500);

    private string _boot = ids.New('x');
    private string _lastBoot = "";
    private readonly ConcurrentDictionary<(string JobId, uint Epoch), HeldWork> _held = new();
    private bool _draining;
    private readonly Nap _nap = new(clock);
    private readonly SelfFence _fence = new(clock);
    private uint _turn;

    /// <summary>A doorbell rang, or a slot became free: report at once.</summary>
    public void Wake() => _nap.Ring();

    public async Task RunAsync(CancellationToken stopping)
    {
        bool probed = false;
        _fence.Begin();
        while (!stopping.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                if (!probed)
                {
                    await tools.ProbeAsync(stopping);
                    probed = true;
                }

                wait = await SynchronizeAsync(stopping);
            }
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                // Whatever it is, the next turn is another chance: what runs here must not end with this one.
                wait = s_retry;
                TurnFailed(logger, _fence.Silence.TotalSeconds, error);
            }

            FenceIfSilent();
            await _nap.TakeAsync(_fence.NotBeyond(wait), stopping);
            FenceIfSilent();
        }
    }

    /// <summary>Takes nothing more, gives everything back, and waits until the gateway has it.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        _draining = true;
        while (!_held.IsEmpty && !cancellation.IsCancellationRequested)
        {
            foreach (var work in _held.Values)
            {
                GiveBack(work);
            }

            await Task.WhenAll(_held.Values.Select(work => work.Task)).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private static void GiveBack(HeldWork work)
    {
        work.HandBack = true;
        work.Stop();
    }

    private async Task<TimeSpan> SynchronizeAsync(CancellationToken stopping)
    {
        var request = new SynchronizeRequest
        {
            NodeId = options.Value.Id,
            BootId = _boot,
            AfterBoot = _lastBoot,
            Turn = ++_turn,
            Name = options.Value.Name,
            Slots = options.Value.SlotCount,
            FreeSlots = Math.Max(0, options.Value.SlotCount - _held.Count),
            Sandbox = sandbox.Kind,
            Draining = _draining,
        };
        request.Running.AddRange(_held.Values.OrderBy(work => work.Key).Select(work => work.ToMessage()));
        request.Tools.AddRange(tools.Tools);
        long sent = clock.GetTimestamp();
        var answer = await gateway.SynchronizeAsync(request, deadline: (clock.GetUtcNow() + _fence.NotBeyond(s_longestCall)).UtcDateTime, cancellationToken: stopping);
        if (answer.LastBoot.Length > 0)
        {
            _lastBoot = answer.LastBoot;
            return TimeSpan.Zero;
        }

        _fence.Answered(sent, TimeSpan.FromSeconds(answer.SelfFenceSeconds));
        if (_fence.IsReached)
        {
            // It was so long on its way that what it says may be over.
            return s_retry;
        }

        foreach (var stop in answer.Stop)
        {
            Drop(stop);
        }

        foreach (var start in answer.Start)
        {
            Begin(start);
        }

        var next = TimeSpan.FromSeconds(answer.NextCallSeconds);
        return answer.Start.Count > 0 && next > s_begun ? s_begun : next;
    }

    private void Begin(Assignment assignment)
    {
        var work = new HeldWork(assignment);
        if (_held.TryAdd(work.Key, work))
        {
            if (_draining)
            {
                // It was on its way when the node began to drain.
                GiveBack(work);
            }

            work.Task = CarryOutAsync(work);
        }
        else
        {
            work.Dispose();
        }
    }

    private async Task CarryOutAsync(HeldWork work)
    {
        await Task.Yield();
        try
        {
            await runner.RunAsync(work);
        }
        finally
        {
            _held.TryRemove(work.Key, out _);
            work.Dispose();
            Wake();
        }
    }

    private void Drop(WorkKey key)
    {
        if (_held.TryGetValue((key.JobId, key.Epoch), out var work))
        {
            Dropped(logger, key.JobId, key.Epoch);
            work.Stop();
        }
    }

    private void FenceIfSilent()
    {
#if PLANTED_BUGS
        if (Planting.Planted.IsOn("SELF_FENCE_SKIPPED"))
        {
            return;
        }
#endif
        if (_fence.IsReached && !_held.IsEmpty)
        {
            // The gateway may not know that any of it had begun: what it gave to the old boot it must not give again under the same epoch.
            _boot = ids.New('x');
            foreach (var work in _held.Values)
            {
                work.Stop();
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Job {Job} epoch {Epoch} is not wanted any more")]
    private static partial void Dropped(ILogger logger, string job, uint epoch);

    [LoggerMessage(2, LogLevel.Warning, "No turn with the gateway for {Seconds:0.0} s; it is tried again")]
    private static partial void TurnFailed(ILogger logger, double seconds, Exception error);
}
