using TestKit;

namespace Platform.Sandbox.Tests;

/// <summary>Programs without measure: each runs through outside its limit and is ended inside, with all that it started.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string>> Kinds => Sandboxes.Kinds.Select(kind => new TheoryDataRow<string>(kind));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_WithinItsLimits_EndsByItself(string kind)
    {
        var lines = new List<string>();
        var result = await RunAsync(kind, "print('hello'); open('out', 'w').write('x' * 1000)", Limits(), lines);
        Assert.True(result.Succeeded, $"{result} {string.Join('\n', lines)}");
        Assert.Equal("hello", Assert.Single(lines));
        Assert.Equal(1000, new FileInfo(_folder.File("out")).Length);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_ThatExitsWithACode_ReportsIt(string kind)
    {
        var result = await RunAsync(kind, "raise SystemExit(7)", Limits());
        Assert.Equal((SandboxEnd.Exited, 7), (result.End, result.ExitCode));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_ThatCrashes_IsACrash(string kind) =>
        Assert.Equal(SandboxEnd.Crashed, (await RunAsync(kind, "import os; os.abort()", Limits())).End);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_ThatSleepsForever_IsTimedOut(string kind) =>
        Assert.Equal(SandboxEnd.TimedOut, (await RunAsync(kind, "import time; time.sleep(3600)", Limits() with { Wall = TimeSpan.FromSeconds(1) })).End);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_ThatSpins_IsTimedOut(string kind) =>
        Assert.Equal(SandboxEnd.TimedOut, (await RunAsync(kind, "while True: pass", Limits() with { Wall = TimeSpan.FromSeconds(1) })).End);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_ThatUsesTooMuchCpu_IsTimedOut(string kind) =>
        Assert.Equal(SandboxEnd.TimedOut, (await RunAsync(kind, "while True: pass", Limits() with { Cpu = TimeSpan.FromSeconds(1), Wall = TimeSpan.FromSeconds(20) })).End);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_ThatAllocatesWithoutEnd_IsOutOfMemory(string kind)
    {
        const string Hog = "b = []\nfor _ in range(40): b.append(bytearray(b'x' * (16 << 20)))";
        Assert.True((await RunAsync(kind, Hog, Limits() with { MemoryBytes = 2L << 30 })).Succeeded);
        var result = await RunAsync(kind, Hog, Limits() with { MemoryBytes = 200 << 20 });
        Assert.True(result.End is SandboxEnd.OutOfMemory, result.ToString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_ThatWritesTooMuch_IsEnded(string kind)
    {
        const string Filler = "f = open('big', 'wb')\nfor _ in range(64): f.write(b'x' * (1 << 20)); f.flush()";
        Assert.True((await RunAsync(kind, Filler, Limits() with { OutputBytes = 128 << 20 })).Succeeded);
        Assert.Equal(SandboxEnd.OutputTooLarge, (await RunAsync(kind, Filler, Limits() with { OutputBytes = 8 << 20 })).End);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_ThatMakesTooManyFiles_IsEnded(string kind)
    {
        const string Maker = "import time\nfor i in range(3000): open('f%d' % i, 'w').close()\ntime.sleep(SLEEP)";
        Assert.True((await RunAsync(kind, Maker.Replace("SLEEP", "0"), Limits())).Succeeded);
        Assert.Equal(SandboxEnd.OutputTooLarge, (await RunAsync(kind, Maker.Replace("SLEEP", "60"), Limits() with { Files = 1000 })).End);
    }

    [Fact]
    public async Task Run_ThatForksWithoutEnd_CannotPassItsLimit()
    {
        const string Bomb = "import os, sys, time\nn = 0\ntry:\n    for _ in range(300):\n        if os.fork() == 0:\n            time.sleep(60); os._exit(0)\n        n += 1\nexcept OSError: pass\nprint(n)\nsys.stdout.flush()\nos._exit(0)";
        var free = new List<string>();
        await RunAsync("bubblewrap", Bomb, Limits() with { Processes = 1000 }, free);
        Assert.Equal("300", Assert.Single(free));
        var bounded = new List<string>();
        await RunAsync("bubblewrap", Bomb, Limits() with { Processes = 64 }, bounded);
        Assert.InRange(int.Parse(Assert.Single(bounded)), 1, 64);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_ThatLeavesADaemon_LeavesNothing(string kind)
    {
        string mark = $"hub-daemon-{Guid.CreateVersion7():N}";
        string daemon = $"import os, sys, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.closerange(0, 64)\n        os.execv('/bin/sleep', ['{mark}', '300'])\n    os._exit(0)\ntime.sleep(0.3)";
        await RunAsync(kind, daemon, Limits());
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), folder => CommandOf(folder).Contains(mark, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_ThatFloods_IsHeardWithinTheLimit(string kind)
    {
        long heard = 0;
        long logged = 0;
        var request = Request(
            "import sys\nfor _ in range(20000):\n  sys.stdout.write('x' * 1000 + '\\n')\n  sys.stderr.write('y' * 1000 + '\\n')", Limits() with { AnswerBytes = 100_000, LogBytes = 50_000 }) with
        {
            OutputLine = line => heard += line.Length + 1,
            ErrorLine = line => logged += line.Length + 1,
        };
        var result = await Sandboxes.Create(kind, TimeProvider.System).RunAsync(request, TestContext.Current.CancellationToken);
        Assert.True(result.Succeeded);
        Assert.InRange(heard, 90_000, 102_000);
        Assert.InRange(logged, 40_000, 52_000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_WithALineWithoutEnd_DoesNotFillMemory(string kind)
    {
        int longest = 0;
        var request = Request("import sys\nfor _ in range(100): sys.stdout.write('x' * 1000000)", Limits()) with { OutputLine = line => longest = Math.Max(longest, line.Length) };
        Assert.True((await Sandboxes.Create(kind, TimeProvider.System).RunAsync(request, TestContext.Current.CancellationToken)).Succeeded);
        Assert.InRange(longest, 1, 20_000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_Cancelled_EndsWithAllItStarted(string kind)
    {
        using var cancel = new CancellationTokenSource();
        var request = Request("import time; print('up', flush=True); time.sleep(3600)", Limits()) with { OutputLine = _ => cancel.Cancel() };
        var result = await Sandboxes.Create(kind, TimeProvider.System).RunAsync(request, cancel.Token);
        Assert.Equal(SandboxEnd.Cancelled, result.End);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Run_WithInput_ReadsIt(string kind)
    {
        var lines = new List<string>();
        var request = Request("print(input()[::-1])", Limits()) with { StandardInput = "abc\n", OutputLine = lines.Add };
        await Sandboxes.Create(kind, TimeProvider.System).RunAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("cba", Assert.Single(lines));
    }

    [Fact]
    public void OutputFile_LinkToAHostFile_IsNotOpened()
    {
        File.CreateSymbolicLink(_folder.File("out"), "/etc/passwd");
        Assert.Contains("root", File.ReadAllText(_folder.File("out")), StringComparison.Ordinal);
        Assert.Null(OutputFile.TryOpen(_folder.Path, "out", 1 << 20));
    }

    [Fact]
    public async Task OutputFile_Fifo_IsNotOpened()
    {
        await ProcessRun.RunAsync("mkfifo", [_folder.File("out")]);
        Assert.Null(OutputFile.TryOpen(_folder.Path, "out", 1 << 20));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("missing")]
    public void OutputFile_OtherPlaces_AreNotOpened(string name) => Assert.Null(OutputFile.TryOpen(_folder.Path, name, 1 << 20));

    [Fact]
    public void OutputFile_TooLarge_IsNotOpened()
    {
        File.WriteAllBytes(_folder.File("out"), new byte[100]);
        Assert.Null(OutputFile.TryOpen(_folder.Path, "out", 99));
        using var file = OutputFile.TryOpen(_folder.Path, "out", 100);
        Assert.NotNull(file);
    }

    [Fact]
    public async Task FindProblem_OnThisHost_IsNone() =>
        Assert.Null(await Sandboxes.Create("bubblewrap", TimeProvider.System).FindProblemAsync(TestContext.Current.CancellationToken));

    public void Dispose() => _folder.Dispose();

    private static SandboxLimits Limits() => new(TimeSpan.FromSeconds(60), 1L << 30, 64 << 20, 1 << 20);

    private static string CommandOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private SandboxRequest Request(string code, SandboxLimits limits) => new("/usr/bin/python3", ["-c", code], _folder.Path, limits);

    private async Task<SandboxResult> RunAsync(string kind, string code, SandboxLimits limits, List<string>? lines = null)
    {
        foreach (string file in Directory.EnumerateFiles(_folder.Path))
        {
            File.Delete(file);
        }

        var request = Request(code, limits) with { OutputLine = lines is null ? null : lines.Add };
        return await Sandboxes.Create(kind, TimeProvider.System).RunAsync(request, TestContext.Current.CancellationToken);
    }
}
