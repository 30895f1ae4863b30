using TestKit;

namespace Hub.Cli.Tests;

public sealed class RestoreCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restore_IntoNothing_CopiesEveryFile(bool targetExists)
    {
        SaveBackup();
        if (targetExists)
        {
            Directory.CreateDirectory(Data);
        }

        var run = await Cli.RunAsync("restore", Backup, Data);

        Assert.True(run.Code == ExitCode.Done, run.Error);
        Assert.Contains($"HUB_DATA={Data}", run.Output, StringComparison.Ordinal);
        Assert.Equal("rows", await ReadAsync("gateway.db"));
        Assert.Equal("bytes", await ReadAsync("blobs/ab/abc"));
    }

    [Fact]
    public async Task Restore_FolderThatIsNoBackup_IsRefused()
    {
        Directory.CreateDirectory(Backup);
        var run = await Cli.RunAsync("restore", Backup, Data);

        Assert.Equal(ExitCode.Refused, run.Code);
        Assert.Contains("is no backup", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task Restore_MissingBackup_IsRefused() => Assert.Equal(ExitCode.Refused, (await Cli.RunAsync("restore", Backup, Data)).Code);

    [Fact]
    public async Task Restore_IntoDataThatIsThere_IsRefusedAndTouchesNothing()
    {
        SaveBackup();
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "gateway.db"), "mine", TestContext.Current.CancellationToken);
        var run = await Cli.RunAsync("restore", Backup, Data);

        Assert.Equal(ExitCode.Refused, run.Code);
        Assert.Contains("is not empty", run.Error, StringComparison.Ordinal);
        Assert.Equal("mine", await ReadAsync("gateway.db"));
        Assert.Single(Directory.EnumerateFileSystemEntries(Data));
    }

    public void Dispose() => _folder.Dispose();

    private string Backup => _folder.File("backup");

    private string Data => _folder.File("data");

    private void SaveBackup()
    {
        Directory.CreateDirectory(Path.Combine(Backup, "blobs/ab"));
        File.WriteAllText(Path.Combine(Backup, "gateway.db"), "rows");
        File.WriteAllText(Path.Combine(Backup, "blobs/ab/abc"), "bytes");
    }

    private Task<string> ReadAsync(string name) => File.ReadAllTextAsync(Path.Combine(Data, name), TestContext.Current.CancellationToken);
}
