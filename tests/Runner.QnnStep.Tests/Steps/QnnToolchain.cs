using Onnx.Model;
using Platform.Contracts.Runner.V1;
using Platform.Sandbox;
using Platform.Toolchains;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;
using TestKit;
using TestKit.Oracles;

namespace Runner.QnnStep.Tests;

/// <summary>The QNN steps as a node runs them: in the sandbox, a child for each.</summary>
internal static class QnnToolchain
{
    public static SandboxLimits Limits { get; } = new(TimeSpan.FromMinutes(5), 8L << 30, 2L << 30, 1 << 20);

    public static QnnMount Mount { get; } = new(QnnMaterial.Program, QnnMaterial.Root ?? "", "", Path.Combine(CacheFolder.Path, "wheels"));

    public static ISandbox Sandbox { get; } = Sandboxes.Create("bubblewrap", TimeProvider.System);

    /// <summary>Skips the test where the package or the sandbox is missing.</summary>
    public static async Task RequireAsync()
    {
        QnnMaterial.Require();
        string? problem = await Sandbox.FindProblemAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(problem is null, $"needs the sandbox: {problem}");
        var found = await Mount.ProbeAsync(Sandbox, CancellationToken.None);
        Assert.True(found.Available, found.Reason);
    }

    public static OptionSet Options(string text = "", JobKinds kind = JobKinds.Compile)
    {
        var refusals = new List<Refusal>();
        var options = OptionParser.Parse(text, new Dictionary<string, string>(), kind, refusals);
        Assert.Empty(refusals);
        return options;
    }

    /// <summary>Compiles a file into a folder of its own.</summary>
    public static Task<QnnProductFile> CompileAsync(TempFolder folder, string source, ModelForm form, string options = "", params int[] socs) =>
        CompileAsync(folder, source, form, Limits, options, socs);

    /// <summary>Compiles a file within bounds.</summary>
    public static async Task<QnnProductFile> CompileAsync(TempFolder folder, string source, ModelForm form, SandboxLimits limits, string options, params int[] socs)
    {
        string work = Directory.CreateDirectory(folder.File(Guid(folder))).FullName;
        string input = Path.Combine(Directory.CreateDirectory(Path.Combine(work, "in")).FullName, Path.GetFileName(source));
        File.Copy(source, input);
        var set = Options(options);
        var step = new QnnCompileStep(form, Mount);
        string output = Path.Combine(work, "product" + step.ExtensionFor(set));
        var log = new List<string>();
        var request = new ProcessStepRequest(input, output, work, set, [], true, limits, log.Add) { Socs = [.. socs.Select(id => SocTable.Find(id)!)] };
        return new QnnProductFile(output, await step.RunAsync(request, Sandbox, TestContext.Current.CancellationToken), log);
    }

    /// <summary>Compiles a model.</summary>
    public static Task<QnnProductFile> CompileAsync(TempFolder folder, ModelProto model, ModelForm form, string options = "", params int[] socs)
    {
        string source = folder.File($"{model.Graph.Name}.onnx");
        OnnxFile.Save(model, source);
        return CompileAsync(folder, source, form, options, socs);
    }

    /// <summary>Links files.</summary>
    public static async Task<QnnProductFile> LinkAsync(TempFolder folder, IReadOnlyList<string> sources, string options = "", int soc = 57)
    {
        string work = Directory.CreateDirectory(folder.File(Guid(folder))).FullName;
        var inputs = sources.Select((source, i) =>
        {
            string input = Path.Combine(Directory.CreateDirectory(Path.Combine(work, $"in{i}")).FullName, Path.GetFileName(source));
            File.Copy(source, input);
            return input;
        }).ToList();
        string output = Path.Combine(work, "linked.bin");
        var log = new List<string>();
        var request = new QnnLinkRequest(inputs, output, work, [SocTable.Find(soc)!], Options(options, JobKinds.Link), Limits, log.Add);
        return new QnnProductFile(output, await new QnnLinkStep(Mount).RunAsync(request, Sandbox, TestContext.Current.CancellationToken), log);
    }

    /// <summary>Asks the child what the steps would not let through. Paths are relative to the folder.</summary>
    public static Task<QnnRun> AskAsync(TempFolder folder, QnnRequest request) =>
        Mount.RequireTool().RunAsync(request, folder.Path, folder.Path, Limits, Sandbox, _ => { }, TestContext.Current.CancellationToken);

    private static string Guid(TempFolder folder) => $"work{Directory.GetDirectories(folder.Path).Length}";
}

/// <summary>What a step gave.</summary>
internal sealed record QnnProductFile(string Path, ProcessStepOutcome Outcome, IReadOnlyList<string> Log)
{
    /// <summary>The file of a success.</summary>
    public string File
    {
        get
        {
            Assert.True(Outcome.Refusals.Count == 0, string.Join('\n', Outcome.Refusals.Select(refusal => $"{refusal.Code}: {refusal.Message}").Concat(Log.TakeLast(5))));
            return Path;
        }
    }

    public string Hash => System.Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.IO.File.ReadAllBytes(File)));

    public string Metadata(string key) => Outcome.Facts!.Metadata.GetValueOrDefault(key, "");
}
