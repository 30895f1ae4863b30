using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;

namespace Platform.Chaos.Tests.Faults;

/// <summary>Programs that read what users upload, and what such bytes make of them.</summary>
internal static partial class ConverterFaults
{
    public static async Task MemoryAsync(ChaosRun run)
    {
        string id = await run.SubmitAsync(run.Assets.Convert("sim-memory"), Ending.Failure(FailureCode.OutOfMemory));
        var neighbours = await run.SubmitAsync(6, () => run.Assets.Convert("quick"));
        var job = await run.EndAsync(id);
        run.Lifted();
        Assert.Equal(2, (await run.AttemptsAsync(id)).Count);
        double used = double.Parse(Mebibytes().Match(job.Failure.Message).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(used > 768, $"the second attempt did not get more: {job.Failure.Message}");
        run.Say(job.Failure.Message);
        await AllSucceedAsync(run, neighbours);
    }

    public static async Task HangsAsync(ChaosRun run)
    {
        string sleeps = await run.SubmitAsync(run.Assets.Convert("sim-hang"), Ending.Failure(FailureCode.TimedOut, FailureCode.Hung));
        string spins = await run.SubmitAsync(run.Assets.Convert("sim-spin"), Ending.Failure(FailureCode.TimedOut, FailureCode.Hung));
        foreach (string id in new[] { sleeps, spins })
        {
            var job = await run.EndAsync(id);
            run.Say($"{job.Failure.Code}: {job.Failure.Message}");
            Assert.InRange((await run.AttemptsAsync(id)).Count, 1, 2);
            await ChaosRun.UntilAsync(() => Task.FromResult(Processes.Naming(id).Count == 0), 5, $"processes of {id} are left");
        }

        run.Lifted();
    }

    public static async Task CrashesAsync(ChaosRun run)
    {
        // A file of its own: quarantine goes by the bytes.
        string model = await run.Hub.UploadModelAsync("sim-crash.onnx", Models.Linear(1, 53));
        var spec = HubCalls.Compile(model, "onnx");
        string id = await run.SubmitAsync(spec, Ending.Failure(FailureCode.Poisoned));
        var job = await run.EndAsync(id);
        run.Lifted();
        var attempts = await run.AttemptsAsync(id);
        run.Say($"{job.Failure.Code} after {attempts.Count} attempts on {string.Join(" and ", attempts.Select(attempt => attempt.Worker))}: {job.Failure.Message}");
        Assert.Equal(2, attempts.Count);
        Assert.Equal(2, attempts.Select(attempt => attempt.Worker).Distinct().Count());
        await IsQuarantinedAsync(run, model, id);
        Assert.Equal(3, (await run.Hub.Client.ListNodesAsync(new ListNodesRequest())).Nodes.Count(node => node is { Part: FarmPart.BuildNode, Connected: true, Drain: null }));
        await AllSucceedAsync(run, await run.SubmitAsync(6, () => run.Assets.Convert("quick")));
    }

    // Kept from the step until it is lifted, also as another model with the same bytes, and at either gateway.
    private static async Task IsQuarantinedAsync(ChaosRun run, string model, string id)
    {
        await ChaosRun.UntilAsync(async () => (await run.Hub.Client.GetModelAsync(new GetModelRequest { ModelId = model })).Quarantines.Any(kept => kept.JobId == id), 10, "the model does not say that it is quarantined");
        string again = await run.Hub.UploadModelAsync("again.onnx", Models.Linear(1, 53));
        for (int gateway = 0; gateway < 2; gateway++)
        {
            foreach (string input in new[] { model, again })
            {
                Assert.Equal(FailureCode.InputQuarantined, await HubCalls.RefusedAsync(async () => await run.Gateway(gateway).SubmitJobAsync(new SubmitJobRequest { Spec = HubCalls.Compile(input, "onnx"), BypassCache = true })));
            }
        }

        Assert.Empty((await run.Hub.Client.ReleaseModelAsync(new ReleaseModelRequest { ModelId = model })).Quarantines);
        var other = await run.EndAsync((await run.Hub.Client.SubmitJobAsync(new SubmitJobRequest { Spec = HubCalls.Compile(again, "onnx") })).JobId);
        Assert.Equal(JobState.Success, other.State);
    }

    public static async Task AttacksAsync(ChaosRun run)
    {
        string canary = run.Farm.File("canary");
        await File.WriteAllTextAsync(canary, "nobody's business");
        string[] before = [.. Directory.EnumerateFileSystemEntries(run.Farm.File("")).Order()];
        run.Farm.Simulated.Put("step", "attack.sh", Attack.Replace("CANARY", canary, StringComparison.Ordinal).Replace("WORK", run.Farm.File("work0"), StringComparison.Ordinal).Replace("PORT", $"{run.Farm.PortsOf("gateway0").Http}", StringComparison.Ordinal));
        run.Farm.Simulated.Put("step", "fill.sh", "head -c 1T /dev/zero >\"$PWD/filled\"; exit 1\n");
        run.Farm.Simulated.Put("step", "link.sh", Link.Replace("CANARY", canary, StringComparison.Ordinal));
        string attacks = await run.SubmitAsync(run.Assets.Convert("sim-attack"), Ending.Failure(FailureCode.ToolCrashed));
        string fills = await run.SubmitAsync(run.Assets.Convert("sim-fill"), Ending.Failure(FailureCode.OutputTooLarge, FailureCode.ToolCrashed));
        string links = await run.SubmitAsync(run.Assets.Convert("sim-link"), Ending.Failure(FailureCode.ToolCrashed));
        foreach (string id in new[] { attacks, fills, links })
        {
            var job = await run.EndAsync(id);
            run.Say($"{job.Failure.Code}: {job.Failure.Message}");
        }

        run.Lifted();
        string log = await LogAsync(run, attacks);
        Assert.DoesNotContain("ESCAPED", log, StringComparison.Ordinal);
        Assert.Equal(8, Denied().Count(log));
        Assert.DoesNotContain("nobody's business", await LogAsync(run, links), StringComparison.Ordinal);
        Assert.Equal("nobody's business", await File.ReadAllTextAsync(canary));
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(run.Farm.File("")).Order());
        Assert.Empty(Processes.Naming(attacks));
        await AllSucceedAsync(run, await run.SubmitAsync(3, () => run.Assets.Convert("quick")));
    }

    /// <summary>What they cost is measured beside an honest file that the same program reads.</summary>
    public static async Task CraftedFilesAsync(ChaosRun run)
    {
        var honest = await CostOfAsync(run, "honest.onnx", Models.Linear(1, 51), AssetState.Ready);
        byte[] model = Models.Linear(1, 52);
        (string Name, byte[] Bytes)[] files =
        [
            ("bomb.onnx.zip", Models.Zip(("model.onnx", model), ("weights.bin", new byte[300 << 20]))),
            ("outside.onnx.zip", Models.Zip(("../../outside.onnx", model))),
            ("absolute.onnx.zip", Models.Zip(("/etc/outside.onnx", model))),
            ("twice.onnx.zip", Models.Zip(("model.onnx", model), ("model.onnx", model))),
            ("linked.onnx.zip", LinkedZip(model)),
            ("huge.onnx", [0x08, 0x08, 0x3A, 0x80, 0x80, 0x80, 0x80, 0x28, 1, 2, 3]),
            ("deep.onnx", Deep(5000)),
            ("bent.tflite", [0x18, 0, 0, 0, (byte)'T', (byte)'F', (byte)'L', (byte)'3', .. Enumerable.Repeat((byte)0xFF, 4096)]),
        ];
        run.Lifted();
        foreach (var (name, bytes) in files)
        {
            var cost = await CostOfAsync(run, name, bytes, AssetState.AssetFailed);
            run.Say($"{name}: {cost.Code}, {cost.CpuSeconds:0.00} CPU s and {cost.Bytes >> 20} MiB; an honest file {honest.CpuSeconds:0.00} CPU s and {honest.Bytes >> 20} MiB");
            Assert.True(cost.CpuSeconds - honest.CpuSeconds < 1, $"{name} cost {cost.CpuSeconds:0.0} CPU s");
            Assert.True(cost.Bytes - honest.Bytes < 64 << 20, $"{name} cost {cost.Bytes >> 20} MiB, an honest file {honest.Bytes >> 20}");
        }
    }

    private const string Attack = """
        try() { if timeout 10 bash -c "$2" >/dev/null 2>&1; then echo "ESCAPED $1" >&2; else echo "DENIED $1" >&2; fi; }
        try "open a socket" 'exec 3<>/dev/tcp/127.0.0.1/PORT'
        try "read the password file" 'grep -q ^root: /etc/passwd'
        try "read a file of the host" 'cat CANARY'
        try "list another job" 'ls WORK'
        try "write to the host" 'echo x >/usr/local/hub-attack'
        try "follow a link to the host" 'ln -s CANARY link && cat link'
        try "write a terabyte" 'fallocate -l 1T big'
        try "fork without end" 'for i in $(seq 5000); do sleep 30 & done; [ $(jobs -r | wc -l) -ge 5000 ]'
        exit 3
        """;

    private const string Link = """
        output=${request#*\"output\": \"}; output=${output%%\"*}
        ln -s CANARY "$output"
        echo '{"modelType":"ONNX","inputs":[{"name":"x","shape":[1,3],"dtype":"float32"}],"outputs":[{"name":"y","shape":[1,4],"dtype":"float32"}]}'
        exit 0
        """;

    private static async Task AllSucceedAsync(ChaosRun run, IEnumerable<string> ids)
    {
        foreach (string id in ids)
        {
            var job = await run.EndAsync(id);
            Assert.True(job.State == JobState.Success, $"{id}: {job.State} {job.Failure?.Message}");
        }
    }

    private static async Task<string> LogAsync(ChaosRun run, string id)
    {
        var text = new StringBuilder();
        using var log = run.Hub.Client.ReadLog(new ReadLogRequest { JobId = id });
        while (await log.ResponseStream.MoveNext(CancellationToken.None))
        {
            text.Append(log.ResponseStream.Current.Text);
        }

        return text.ToString();
    }

    // The program that reads it, watched from outside while it lives.
    private static async Task<(FailureCode Code, double CpuSeconds, long Bytes)> CostOfAsync(ChaosRun run, string name, byte[] bytes, AssetState state)
    {
        using var stop = new CancellationTokenSource();
        var watching = Processes.WatchAsync("step.real", stop.Token);
        var model = await run.Hub.OfferModelAsync(name, bytes);
        await stop.CancelAsync();
        var (cpu, memory) = await watching;
        Assert.True(model.State == state, $"{name} is {model.State}: {model.Failure?.Message}");
        return (model.Failure?.Code ?? FailureCode.Unspecified, cpu, memory);
    }

    // An entry whose Unix mode says that it is a link.
    private static byte[] LinkedZip(byte[] model)
    {
        const int SymbolicLink = 0xA1FF << 16;
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            var link = archive.CreateEntry("weights.bin");
            link.ExternalAttributes = SymbolicLink;
            using (var target = link.Open())
            {
                target.Write("/etc/passwd"u8);
            }

            using var entry = archive.CreateEntry("model.onnx").Open();
            entry.Write(model);
        }

        return stream.ToArray();
    }

    // Messages inside messages, deeper than any stack.
    private static byte[] Deep(int depth)
    {
        byte[] inner = [];
        for (int i = 0; i < depth; i++)
        {
            var length = new List<byte>();
            for (uint rest = (uint)inner.Length; ; rest >>= 7)
            {
                length.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80u : 0)));
                if (rest <= 0x7F)
                {
                    break;
                }
            }

            // graph (7) at the top; then node (1), attribute (5), graph (6), over and over.
            byte field = (byte)(((i == depth - 1 ? 7 : (i % 3) switch { 0 => 6, 1 => 5, _ => 1 }) << 3) | 2);
            inner = [field, .. length, .. inner];
        }

        return inner;
    }

    [GeneratedRegex(@"used (\d+) MiB")]
    private static partial Regex Mebibytes();

    [GeneratedRegex("^DENIED", RegexOptions.Multiline)]
    private static partial Regex Denied();
}
