using TestKit;
using Torch.Onnx.Tests.Oracle;

namespace Torch.Onnx.Tests.Fixtures;

/// <summary>
/// Programs written by three versions of PyTorch, with inputs and PyTorch's own answers: converted here, run by ONNX
/// Runtime. Nothing may be wrong; what is refused is listed by name in each test.
/// </summary>
public sealed class FixtureTests(ITestOutputHelper output)
{
    /// <summary>Random results and bits looked at as another type: a refusal is the right answer.</summary>
    private static readonly string[] s_mustRefuse = ["bernoulli_free_rand_like", "direct_bitcast_bf16", "randn_zero", "view_dtype_bits"];

    [Fact]
    public void Import_OperatorFixtures_PassOrRefuseWhatHasNoAnswer() => Judge("ops", s_mustRefuse);

    [Fact]
    public void Import_NetworkFixtures_Pass() => Judge("nets", []);

    [Fact]
    public void Import_FilesOfTorch26_Pass() => Judge("old26", []);

    [Fact]
    public void Import_FilesOfTorch28_Pass() => Judge("mid28", []);

    [Fact]
    public void Import_OperatorFixturesToOpset17_PassOrAskForANewerOne()
    {
        var outcomes = FixtureRun.Judge(SharedMaterial.Require("testdata", "pt2", "ops"), new ImportOptions { Opset = ImportOptions.LeastOpset });
        string[] unexpected = [.. outcomes.Where(pair => !IsExpected(pair.Value, s_mustRefuse.Contains(pair.Key)) && !AsksForNewerOpset(pair.Value)).Select(pair => $"{pair.Key}: {pair.Value}").Order()];
        output.WriteLine($"opset 17: {outcomes.Values.Count(outcome => outcome is FixtureOutcome.Passed)} of {outcomes.Count} pass, {outcomes.Values.Count(AsksForNewerOpset)} ask for a newer opset");
        Assert.True(unexpected.Length == 0, string.Join('\n', unexpected));
    }

    private static bool AsksForNewerOpset(FixtureOutcome outcome) =>
        outcome is FixtureOutcome.Refused refused && refused.Blockers.All(blocker => blocker.Reason == BlockerReason.OpsetTooOld);

    private void Judge(string folder, string[] refused)
    {
        string root = SharedMaterial.Require("testdata", "pt2", folder);
        var outcomes = FixtureRun.Judge(root);
        string[] unexpected = [.. outcomes.Where(pair => !IsExpected(pair.Value, refused.Contains(pair.Key))).Select(pair => $"{pair.Key}: {pair.Value}").Order()];
        output.WriteLine($"{folder}: {outcomes.Values.Count(outcome => outcome is FixtureOutcome.Passed)} of {outcomes.Count} pass, "
            + $"{outcomes.Values.Count(outcome => outcome is FixtureOutcome.Refused)} refused, {outcomes.Values.Count(outcome => outcome is FixtureOutcome.Wrong)} wrong");
        Assert.True(unexpected.Length == 0, string.Join('\n', unexpected));
    }

    private static bool IsExpected(FixtureOutcome outcome, bool isRefused) =>
        isRefused ? outcome is FixtureOutcome.Refused : outcome is FixtureOutcome.Passed;
}
