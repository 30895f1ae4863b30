using TestKit;
using Torch.Onnx.Tests.Oracle;

namespace Torch.Onnx.Tests.Operators;

/// <summary>
/// Thousands of programs of one operator each, written from the operators' schemas by operator_cases.py with the answers of
/// the PyTorch that Debian has: other arguments, types and shapes than the fixtures have.
/// </summary>
public sealed class OperatorCaseTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] s_unmapped = ["gcd", "nextafter"];

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Import_OperatorsAsPyTorchRunsThem_AgreeOrAreRefused()
    {
        await WriteAsync("operator_cases.py");
        Judge(new ImportOptions(), []);
        Judge(new ImportOptions { Opset = ImportOptions.LeastOpset }, [BlockerReason.OpsetTooOld]);
    }

    [Fact]
    public async Task Import_ProgramsWithWritesAndSymbolicSizes_AgreeWithPyTorch()
    {
        await WriteAsync("program_cases.py", Environment.GetEnvironmentVariable("HUB_TEST_PT2_PROGRAMS") ?? "300");
        // Writes to an expanded tensor change several of its elements at once: PyTorch lets some pass.
        Judge(new ImportOptions(), [BlockerReason.InPlaceUnsupported]);
    }

    public void Dispose() => _folder.Dispose();

    private async Task WriteAsync(string script, params string[] arguments)
    {
        await Python.RequireAsync("torch", "onnx");
        string path = RepositoryRoot.Combine("tests", "Torch.Onnx.Tests", "Operators", script);
        var written = await ProcessRun.RunAsync(Python.Program, ["-B", path, _folder.Path, .. arguments]);
        Assert.True(written.ExitCode == 0, written.Error);
        output.WriteLine(written.Output.Trim());
    }

    private void Judge(ImportOptions options, BlockerReason[] expected)
    {
        var outcomes = FixtureRun.Judge(_folder.Path, options);
        string[] wrong = [.. outcomes.Where(pair => !IsExpected(pair.Key, pair.Value, expected)).Select(pair => $"{pair.Key}: {pair.Value}").Order()];
        output.WriteLine($"opset {options.Opset}: {outcomes.Values.Count(outcome => outcome is FixtureOutcome.Passed)} of {outcomes.Count} pass, "
            + $"{outcomes.Values.Count(outcome => outcome is FixtureOutcome.Refused)} refused, {outcomes.Values.Count(outcome => outcome is FixtureOutcome.Wrong)} wrong");
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    private static bool IsExpected(string name, FixtureOutcome outcome, BlockerReason[] expected) => outcome is FixtureOutcome.Refused refused
        ? s_unmapped.Contains(name[..name.LastIndexOf('-')]) || refused.Blockers.All(blocker => expected.Contains(blocker.Reason))
        : outcome is FixtureOutcome.Passed;
}
