using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Platform.Contracts.Hub.V1;
using Platform.Mounts;
using Platform.Sandbox;
using Platform.Toolchains.Qnn;
using TestKit;

namespace Platform.Toolchains.Tests;

/// <summary>Finding and checking the package, with empty files in place of the vendor's.</summary>
public sealed class QnnPackageTests
{
    private static readonly string[] s_libraries = ["libonnxruntime_providers_qnn.so", "libQnnHtp.so", "libQnnSystem.so", "libQnnIr.so"];
    private static readonly string[] s_runtime = ["libc++-71bc.so.1.0", "libc++abi-05.so.1.0", "libunwind-6b.so.1.0"];

    [Fact]
    public void Open_WheelFolder_IsTaken()
    {
        using var folder = new TempFolder();
        Fill(folder.Path, "onnxruntime_qnn", "onnxruntime_qnn.libs");
        var package = QnnPackage.Open(folder.Path, folder.File("cache"));
        Assert.Equal((folder.Path, Path.Combine(folder.Path, "onnxruntime_qnn"), "2.7.0"), (package.Root, package.Libraries, package.Version));
    }

    [Fact]
    public void Open_FlatFolder_IsTaken()
    {
        using var folder = new TempFolder();
        Fill(folder.Path, "", "");
        Assert.Equal(folder.Path, QnnPackage.Open(folder.Path, folder.File("cache")).Libraries);
    }

    [Theory]
    [InlineData("onnxruntime_qnn/libQnnHtp.so", "libQnnHtp.so")]
    [InlineData("onnxruntime_qnn/libQnnIr.so", "libQnnIr.so")]
    [InlineData("onnxruntime_qnn.libs/libunwind-6b.so.1.0", "libunwind-")]
    public void Open_MissingLibrary_IsNamed(string file, string named)
    {
        using var folder = new TempFolder();
        Fill(folder.Path, "onnxruntime_qnn", "onnxruntime_qnn.libs");
        File.Delete(folder.File(file));
        var problem = Assert.Throws<MountException>(() => QnnPackage.Open(folder.Path, folder.File("cache")));
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Wheel_IsUnpackedOnce()
    {
        using var folder = new TempFolder();
        string wheel = Wheel(folder, damage: false);
        string root = QnnPackage.Open(wheel, folder.File("cache")).Root;
        Assert.StartsWith(folder.File("cache"), root, StringComparison.Ordinal);
        var made = Directory.GetCreationTimeUtc(root);
        Assert.Equal(root, QnnPackage.Open(wheel, folder.File("cache")).Root);
        Assert.Equal(made, Directory.GetCreationTimeUtc(root));
        Assert.False(File.Exists(Path.Combine(root, "onnxruntime_qnn", "libGenie.so")));
    }

    [Fact]
    public async Task Open_WheelByManyAtOnce_LeavesOneFolder()
    {
        using var folder = new TempFolder();
        string wheel = Wheel(folder, damage: false);
        var roots = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => QnnPackage.Open(wheel, folder.File("cache")).Root)));
        Assert.Single(roots.Distinct());
        Assert.Equal([roots[0]], Directory.GetFileSystemEntries(folder.File("cache")));
    }

    [Fact]
    public void Open_WheelWhoseUnpackedFolderLostAFile_IsUnpackedAgain()
    {
        using var folder = new TempFolder();
        string wheel = Wheel(folder, damage: false);
        string lost = Path.Combine(QnnPackage.Open(wheel, folder.File("cache")).Libraries, "libQnnHtp.so");
        File.Delete(lost);
        QnnPackage.Open(wheel, folder.File("cache"));
        Assert.True(File.Exists(lost));
    }

    [Theory]
    [InlineData("no archive", "no wheel")]
    [InlineData("", "no wheel")]
    public void Open_FileThatIsNoWheel_IsRefused(string content, string reason)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("x.whl"), content);
        Assert.Contains(reason, Assert.Throws<MountException>(() => QnnPackage.Open(folder.File("x.whl"), folder.File("cache"))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.File("cache")));
    }

    [Fact]
    public void Open_ArchiveWithoutRecord_IsRefused()
    {
        using var folder = new TempFolder();
        using (var archive = ZipFile.Open(folder.File("x.whl"), ZipArchiveMode.Create))
        {
            archive.CreateEntry("onnxruntime_qnn/libQnnHtp.so");
        }

        Assert.Contains("RECORD", Assert.Throws<MountException>(() => QnnPackage.Open(folder.File("x.whl"), folder.File("cache"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PlaceThatIsNotThere_IsRefused()
    {
        using var folder = new TempFolder();
        Assert.Contains("does not exist", Assert.Throws<MountException>(() => QnnPackage.Open(folder.File("gone"), folder.File("cache"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WheelThatDoesNotMatchItsRecord_IsRefusedAndLeavesNothing()
    {
        using var folder = new TempFolder();
        var problem = Assert.Throws<MountException>(() => QnnPackage.Open(Wheel(folder, damage: true), folder.File("cache")));
        Assert.Empty(Directory.GetFileSystemEntries(folder.File("cache")));
    }

    [Fact]
    public async Task Probe_NothingMounted_SaysWhatToMount()
    {
        using var folder = new TempFolder();
        var found = await new QnnMount("/bin/true", "", folder.Path, folder.File("cache")).ProbeAsync(Sandboxes.Create("none", TimeProvider.System), TestContext.Current.CancellationToken);
        Assert.False(found.Available);
        Assert.Contains("HUB_QNN_ROOT", found.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kill -SEGV $$", "signal 11")]
    [InlineData("exit 3", "code 3")]
    [InlineData("true", "without a result")]
    public async Task Probe_ProgramThatDoesNotAnswer_IsNotAnnounced(string script, string reason)
    {
        using var folder = new TempFolder();
        Fill(folder.File("qnn"), "", "");
        string program = folder.File("qnn-step");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\n{script}\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var found = await new QnnMount(program, folder.File("qnn"), "", folder.File("cache")).ProbeAsync(Sandboxes.Create("none", TimeProvider.System), TestContext.Current.CancellationToken);
        Assert.False(found.Available);
        Assert.Contains(reason, found.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sleep 60", FailureCode.TimedOut)]
    [InlineData("head -c 20000000 /dev/zero >big; sleep 60", FailureCode.OutputTooLarge)]
    [InlineData("kill -ABRT $$", FailureCode.ToolCrashed)]
    [InlineData("echo garbage >$(dirname $1)/qnn.response", FailureCode.ToolCrashed)]
    [InlineData("ln -s /etc/passwd $(dirname $1)/qnn.response", FailureCode.ToolCrashed)]
    public async Task Run_ChildThatMisbehaves_EndsWithItsCode(string script, FailureCode code)
    {
        using var folder = new TempFolder();
        Fill(folder.File("qnn"), "", "");
        string program = folder.File("qnn-step"), work = Directory.CreateDirectory(folder.File("work")).FullName;
        await File.WriteAllTextAsync(program, $"#!/bin/sh\n{script}\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var tool = new QnnTool(program, QnnPackage.Open(folder.File("qnn"), folder.File("cache")));
        var limits = new SandboxLimits(TimeSpan.FromSeconds(2), 1L << 30, 10 << 20, 1 << 16);
        var run = await tool.RunAsync(
            new Contracts.Runner.V1.QnnRequest { Probe = new Contracts.Runner.V1.QnnProbe() }, work, work, limits, Sandboxes.Create("none", TimeProvider.System), _ => { }, TestContext.Current.CancellationToken);
        Assert.Null(run.Response);
        Assert.Equal(code, Assert.Single(run.Refusals).Code);
    }

    private static void Fill(string root, string libraries, string runtime)
    {
        foreach (var (sub, names) in new[] { (libraries, s_libraries), (runtime, s_runtime) })
        {
            Directory.CreateDirectory(Path.Combine(root, sub));
            foreach (string name in names)
            {
                File.WriteAllText(Path.Combine(root, sub, name), name);
            }
        }

        File.WriteAllText(Path.Combine(root, libraries, "build_and_package_info.py"), "__version__ = '2.7.0'\nqnn_version = '2.51.0'\n");
    }

    private static string Wheel(TempFolder folder, bool damage)
    {
        Fill(folder.File("content"), "onnxruntime_qnn", "onnxruntime_qnn.libs");
        File.WriteAllText(folder.File("content/onnxruntime_qnn/libGenie.so"), "not needed");
        string path = folder.File("onnxruntime_qnn-2.7.0-cp311-cp311-manylinux_2_35_x86_64.whl");
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        var record = new StringBuilder();
        foreach (string file in Directory.EnumerateFiles(folder.File("content"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(folder.File("content"), file);
            byte[] bytes = File.ReadAllBytes(file);
            record.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name},sha256={Convert.ToBase64String(SHA256.HashData(bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_')},{bytes.Length}\n");
            using var entry = archive.CreateEntry(name).Open();
            entry.Write(damage && name.EndsWith("libQnnHtp.so", StringComparison.Ordinal) ? "other"u8.ToArray() : bytes);
        }

        using var list = archive.CreateEntry("onnxruntime_qnn-2.7.0.dist-info/RECORD").Open();
        list.Write(Encoding.UTF8.GetBytes(record.ToString()));
        return path;
    }
}
