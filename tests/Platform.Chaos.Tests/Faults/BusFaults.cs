using System.Diagnostics;
using System.Text.RegularExpressions;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;

namespace Platform.Chaos.Tests.Faults;

/// <summary>The message bus dies, blocks, or carries nonsense.</summary>
internal static partial class BusFaults
{
    private const string Tap = "chaos-tap";
    private const string Outbox = "chaos-outbox";
    private const string DeadLetters = "hub.dead-letters";

    public static async Task KilledUnderLoadAsync(ChaosRun run)
    {
        double before = await TypicalSecondsAsync(run);
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(run, stop.Token);
        await ChaosRun.PauseAsync(3);
        await run.Farm.Rabbit.KillAsync();
        await ChaosRun.PauseAsync(3);
        await stop.CancelAsync();
        foreach (string id in await load)
        {
            await run.EndAsync(id);
        }

        double during = await TypicalSecondsAsync(run);
        await run.Farm.Rabbit.StartAgainAsync();
        run.Lifted();

        // A scan and a heartbeat: what a doorbell that nobody rings costs.
        run.Say($"a job took {before:0.00} s with the bus and {during:0.00} s without");
        Assert.True(during <= before + 0.4 + 1 + 1, $"a job took {during:0.00} s without the bus, {before:0.00} s with it");
        await ReconnectedAsync(run);
    }

    public static async Task AwayAsync(ChaosRun run)
    {
        await using var receiver = new WebhookReceiver();
        var webhook = await run.Hub.Client.CreateWebhookAsync(new CreateWebhookRequest { Url = receiver.Url, Types_ = { "job.ended" } });
        receiver.Secret = webhook.Secret;
        await using (var bus = await BusTap.OpenAsync(run.Farm.Rabbit.ConnectionString))
        {
            await bus.KeepEventsAsync(Outbox);
        }

        await run.Farm.Rabbit.KillAsync();
        long began = Stopwatch.GetTimestamp();
        var ids = new List<string>();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(2))
        {
            // Each ends while the bus is away.
            string id = await run.SubmitAsync(run.Assets.Convert("quick"));
            string other = await run.SubmitAsync(run.Assets.Infer("quick"));
            await run.EndAsync(id);
            await run.EndAsync(other);
            ids.AddRange([id, other]);
        }

        await run.Farm.Rabbit.StartAgainAsync();
        run.Lifted();
        await ReconnectedAsync(run);
        await ChaosRun.UntilAsync(() => Task.FromResult(ids.All(id => receiver.Taken.Any(delivery => (string?)delivery.Event["subject"] == id))), 60, "webhooks were lost");
        await using var again = await BusTap.OpenAsync(run.Farm.Rabbit.ConnectionString);
        var heard = new List<string>();
        await ChaosRun.UntilAsync(
            async () =>
            {
                heard.AddRange((await again.TakeAllAsync(Outbox)).Select(message => System.Text.Encoding.UTF8.GetString(message.Body)).Where(text => text.Contains("job.ended", StringComparison.Ordinal)));
                return ids.All(id => heard.Any(text => text.Contains(id, StringComparison.Ordinal)));
            },
            90,
            "events on the exchange were lost");
        await again.DeleteAsync(Outbox);
        await run.Hub.Client.DeleteWebhookAsync(new DeleteWebhookRequest { WebhookId = webhook.Webhook.WebhookId });
        run.Say($"{ids.Count} jobs ended while the bus was away; {heard.Count} events came afterwards");
    }

    public static async Task BlockedAsync(ChaosRun run)
    {
        await run.Farm.Rabbit.ControlAsync("set_vm_memory_high_watermark", "0.0001");
        var ids = new List<string>();
        double longest = 0;
        for (int i = 0; i < 10; i++)
        {
            long began = Stopwatch.GetTimestamp();
            ids.Add(await run.SubmitAsync(i % 2 == 0 ? run.Assets.Convert("quick") : run.Assets.Infer("quick")));
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        foreach (string id in ids)
        {
            await run.EndAsync(id);
        }

        await run.Farm.Rabbit.ControlAsync("set_vm_memory_high_watermark", "0.4");
        run.Lifted();
        run.Say($"the longest submission took {longest * 1000:0} ms while publishers were blocked");
        Assert.True(longest < 1.5, $"a submission took {longest:0.0} s: it waited for the bus");
    }

    public static async Task RepeatedAsync(ChaosRun run)
    {
        await using var bus = await BusTap.OpenAsync(run.Farm.Rabbit.ConnectionString);
        await bus.KeepDoorbellsAsync(Tap);
        var ids = (await run.SubmitAsync(10, () => run.Assets.Convert("quick"))).Concat(await run.SubmitAsync(10, () => run.Assets.Infer("quick"))).ToList();
        var random = new Random(run.Number);
        var all = new List<Heard>();
        foreach (string id in ids)
        {
            await run.EndAsync(id);
            var heard = await bus.TakeAllAsync(Tap);
            all.AddRange(heard);
            await bus.RepeatAsync([.. Enumerable.Repeat(heard, 10).SelectMany(messages => messages).OrderBy(_ => random.Next())]);
        }

        // Five minutes, divided like all times.
        await ChaosRun.PauseAsync(60);
        await bus.TakeAllAsync(Tap);
        await bus.RepeatAsync([.. all.OrderBy(_ => random.Next())]);
        await bus.DeleteAsync(Tap);
        run.Lifted();
        run.Say($"{all.Count} messages were repeated");
        Assert.True(all.Count > 20);
    }

    public static async Task PoisonAsync(ChaosRun run)
    {
        await using var bus = await BusTap.OpenAsync(run.Farm.Rabbit.ConnectionString);
        uint before = await bus.CountAsync(DeadLetters);
        var ids = await run.SubmitAsync(6, () => run.Assets.Infer("quick"));
        await bus.PoisonAsync(5);
        uint dead = 0;
        await ChaosRun.UntilAsync(
            async () =>
            {
                uint last = dead;
                await ChaosRun.PauseAsync(3);
                dead = await bus.CountAsync(DeadLetters);
                return dead == last && dead >= before + 10;
            },
            60,
            "what nobody can read is not set aside");
        run.Lifted();
        foreach (string id in ids)
        {
            await run.EndAsync(id);
        }

        // Set aside once and left alone: whoever took it up again would let it grow.
        await ChaosRun.PauseAsync(5);
        Assert.Equal(dead, await bus.CountAsync(DeadLetters));
        Assert.Contains(run.Farm.Processes, process => process.Log.Contains("R-FAULT", StringComparison.Ordinal) || process.Log.Contains("T-FAULT", StringComparison.Ordinal));
        run.Say($"{dead - before} messages were set aside");

        // What the alarm goes by, at both gateways; it ends with what it is about.
        await GaugedAsync(run, dead);
        await bus.DeleteAsync(DeadLetters);
        await GaugedAsync(run, 0);
    }

    private static async Task GaugedAsync(ChaosRun run, uint dead)
    {
        foreach (string gateway in new[] { "gateway0", "gateway1" })
        {
            string told = "";
            await ChaosRun.UntilAsync(
                async () =>
                {
                    told = Gauge().Match(await run.Hub.Http.GetStringAsync(new Uri($"http://127.0.0.1:{run.Farm.PortsOf(gateway).Http}/metrics"))).Groups[1].Value;
                    return told == $"{dead}";
                },
                60,
                () => $"{gateway} tells of '{told}' dead letters, not of {dead}");
        }
    }

    [GeneratedRegex(@"^hub_dead_letters\{[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex Gauge();

    /// <summary>Every process listens again, without an operator.</summary>
    public static async Task ReconnectedAsync(ChaosRun run)
    {
        await ChaosRun.UntilAsync(
            async () => (await run.Farm.Rabbit.ControlAsync("-q", "list_connections", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length >= run.Farm.Processes.Count(process => !process.Name.StartsWith("artifact", StringComparison.Ordinal)),
            60,
            "not every process has connected again");
    }

    private static async Task<List<string>> LoadAsync(ChaosRun run, CancellationToken stop)
    {
        var ids = new List<string>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!stop.IsCancellationRequested)
        {
            ids.Add(await run.SubmitAsync(run.Assets.Convert("quick")));
            ids.Add(await run.SubmitAsync(run.Assets.Infer("quick")));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return ids;
    }

    // The median of five, one after another, on an otherwise idle farm.
    private static async Task<double> TypicalSecondsAsync(ChaosRun run)
    {
        var seconds = new List<double>();
        for (int i = 0; i < 5; i++)
        {
            long began = Stopwatch.GetTimestamp();
            await run.EndAsync(await run.SubmitAsync(run.Assets.Infer("quick")));
            seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        return seconds.Order().ElementAt(2);
    }
}
