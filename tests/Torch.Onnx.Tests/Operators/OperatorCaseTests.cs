using TestKit;
using Torch.Onnx.Tests.Oracle;

namespace Torch.Onnx.Tests.Operators;

/// <summary>
/// Thousands of programs of one operator each, written from the operators' schemas by operator_cases.py with the answers of
/// the PyTorch that Debian has: other arguments, types and shapes than the fixtures have.
/// </summary>
public sealed class OperatorCaseTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Import_OperatorsAsPyTorchRunsThem_AgreeOrAreRefused()
    {
        await Python.RequireAsync("torch", "onnx");
        string script = RepositoryRoot.Combine("tests", "Torch.Onnx.Tests", "Operators", "operator_cases.py");
        var written = await ProcessRun.RunAsync(Python.Program, [script, _folder.Path]);
        Assert.True(written.ExitCode == 0, written.Error);
        output.WriteLine(written.Output.Trim());

        var outcomes = FixtureRun.Judge(_folder.Path);
        string[] wrong = [.. outcomes.Where(pair => pair.Value is FixtureOutcome.Wrong).Select(pair => $"{pair.Key}: {pair.Value}").Order()];
        string[] refused = [.. outcomes.Where(pair => pair.Value is FixtureOutcome.Refused).Select(pair => $"{pair.Key}: {pair.Value}").Order()];
        output.WriteLine($"{outcomes.Values.Count(outcome => outcome is FixtureOutcome.Passed)} of {outcomes.Count} pass, {refused.Length} refused, {wrong.Length} wrong");
        output.WriteLine(string.Join('\n', refused));
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    public void Dispose() => _folder.Dispose();
}
