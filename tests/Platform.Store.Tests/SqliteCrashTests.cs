using System.Diagnostics;
using Platform.Store.Sqlite;
using TestKit;

namespace Platform.Store.Tests;

/// <summary>kill -9 at random moments: what was acknowledged is there, and nothing else is torn.</summary>
public sealed class SqliteCrashTests
{
    [Fact]
    public async Task Kill_WhileWriting_LosesNothingAcknowledged()
    {
        using var folder = new TempFolder();
        var random = new Random(Seed());
        var acknowledged = new HashSet<string>();
        for (int round = 0; round < 6; round++)
        {
            acknowledged.UnionWith(await WriteAndKillAsync(folder.File("db"), round, random.Next(20, 2000)));
        }

        await using var store = new SqliteStore(new SqliteStoreOptions(folder.File("db")));
        await store.OpenAsync([new CollectionSchema("things", [new IndexSchema("name", Unique: true)], _ => new Dictionary<string, string>())], TestContext.Current.CancellationToken);
        Assert.True(acknowledged.Count > 100, $"only {acknowledged.Count} writes were acknowledged");
        foreach (string id in acknowledged)
        {
            var document = await store.GetAsync("things", id, TestContext.Current.CancellationToken);
            Assert.True(document is { Version: 2 }, $"{id} was acknowledged and is {(document is null ? "gone" : "old")}");
        }
    }

    [Fact]
    public async Task DiskFull_WritesFailReadsGoOnAndRoomHeals()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root to mount a small file system");
        using var folder = new TempFolder();
        var mount = await ProcessRun.RunAsync("mount", ["-t", "tmpfs", "-o", "size=4m", "hub-test", folder.Path]);
        Assert.SkipUnless(mount.ExitCode == 0, "the kernel refuses to mount a small file system: " + mount.Error);
        try
        {
            await FillAndHealAsync(folder);
        }
        finally
        {
            await ProcessRun.RunAsync("umount", [folder.Path]);
        }
    }

    private static async Task FillAndHealAsync(TempFolder folder)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var store = new SqliteStore(new SqliteStoreOptions(folder.File("db")));
        await store.OpenAsync([new CollectionSchema("things", [], _ => new Dictionary<string, string>())], cancellation);
        await store.InsertAsync("things", Big("first", 100), cancellation);
        await File.WriteAllBytesAsync(folder.File("filler"), new byte[3_400_000], cancellation);

        var error = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await store.InsertAsync("things", Big($"d{i}", 100_000), cancellation);
            }
        });
        Assert.Equal(StoreProblem.Full, error.Problem);
        Assert.NotNull(await store.GetAsync("things", "first", cancellation));

        File.Delete(folder.File("filler"));
        Assert.True((await store.InsertAsync("things", Big("after", 100_000), cancellation)).Inserted);
    }

    private static StoredDocument Big(string id, int size) => new(id, "o", 1, new byte[size], new Dictionary<string, string>());

    private static int Seed()
    {
        int seed = Environment.GetEnvironmentVariable("HUB_SEED") is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"HUB_SEED={seed}");
        return seed;
    }

    private static async Task<List<string>> WriteAndKillAsync(string path, int round, int acknowledgements)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "StoreCrasher.dll"), path, "8", $"r{round}"]) { RedirectStandardOutput = true })!;
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (lines.Count == acknowledgements)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync();
        return lines;
    }
}
