using System.Reflection;
using TestKit;

namespace Runner.QnnStep.Tests;

/// <summary>
/// Every way in which the vendor's toolchain is known to fail, with the tests that bring it about; where a row cannot happen through the
/// hub, what keeps it from happening. The texts of all of them have their codes in QnnFailuresTests of Platform.Toolchains.Tests.
/// </summary>
public sealed class FailureTableTests
{
    private static readonly (string Cause, string Why, string[] Tests)[] s_rows =
    [
        ("unsupported op, shape, rank > 5, double", "", [
            nameof(FailureTests.Run_UnsupportedOperators_AreAllNamed), nameof(FailureTests.Run_OperatorsThatTheLibraryRefusesInSilence_AreNamed), nameof(FailureTests.Run_RankSix_IsRefused),
            nameof(FailureTests.Run_RankSixInside_IsNamedWithItsNode), nameof(FailureTests.Run_DoubleInput_IsRefused), nameof(FailureTests.Run_DoubleInside_IsNamedWithItsNode)]),
        ("same, for Conv-like nodes", "", [nameof(VendorFailureTests.ConvolutionsThatTheChipDoesNotTake_AreAllNamed), nameof(FailureTests.Run_WideWeightsOnV69_AreRefused)]),
        ("dynamic input shape", "", [nameof(FailureTests.Run_OpenDimension_IsRefusedAndFixedBySpec)]),
        ("with fallback allowed", "", [nameof(FailureTests.Run_QuantizedIoWithAnOperatorThatFallsBack_IsRefused), nameof(FailureTests.Run_NothingToCompute_IsRefused)]),
        ("compile API flag ERROR_IF_NO_NODES_COMPILED", "the steps compile by sessions, never by the compile API, whose bytes differ", []),
        ("truncated / random ONNX", "", [nameof(FailureTests.Run_TruncatedModel_IsRefused), nameof(FailureTests.Run_RandomBytes_AreRefused)]),
        ("missing file", "", [nameof(FailureTests.Run_ModelThatOnnxRuntimeRefuses_IsRefused), nameof(FailureTests.Run_UnknownOperator_IsRefused)]),
        ("unknown soc number", "", [nameof(VendorFailureTests.ChipThatTheLibraryDoesNotKnow_HasItsCode), nameof(VendorFailureTests.BinaryForAnotherChip_IsRefused), nameof(OfflineTests.Convert_ThatCannotWork_SaysWhy)]),
        ("wrong backend path", "", [nameof(VendorFailureTests.BackendThatDoesNotLoad_IsAMissingRuntime)]),
        ("output folder missing", "the child makes the folder itself, below one that it was given; when it cannot write there, its bounds end it", [nameof(VendorFailureTests.ChildBeyondItsBounds_EndsWithItsCodeAndLeavesNoProduct)]),
        ("finalise fails (e.g. float on v68)", "", [nameof(VendorFailureTests.GraphThatIsTakenAndNotFinished_HasItsCode), nameof(FailureTests.Run_FloatOnAnIntegerChip_IsRefused), nameof(FailureTests.Run_FloatOnSoc30_IsRefused)]),
        ("binary empty / damaged / missing", "", [
            nameof(EmulationTests.Run_DamagedBinary_IsRefused), nameof(EmulationTests.Run_EPContextWithoutItsBinary_IsRefused), nameof(EmulationTests.Run_PrecompiledAroundABinaryThatCannotRun_IsRefused),
            nameof(CompileTests.Inspect_DamagedBinary_IsRefusedWithItsCode)]),
        ("multi-SoC file on the host", "", [nameof(EmulationTests.Run_FileForSeveralChips_IsRefused), nameof(EmulationTests.Run_PrecompiledAroundABinaryThatCannotRun_IsRefused)]),
        ("weight-shared binary on the host", "the runner looks into the binary first, so the crash does not come about", [
            nameof(EmulationTests.Run_SharedWeights_AreRefused), nameof(EmulationTests.Run_PrecompiledAroundABinaryThatCannotRun_IsRefused)]),
        ("stop flag forgotten in link", "the last session of a link always carries it, and the child ends without exit handlers", [nameof(LinkTests.Run_TwoResolutions_ShareTheirWeights)]),
        ("wrong interface size in section 7", "DLC files are composed only through the core API whose size is known", [nameof(VendorFailureTests.LibraryOfAnotherCoreApi_LinksNoDlc_AndSaysBothVersions)]),
    ];

    [Fact]
    public void EveryRow_HasATestOrAReason()
    {
        var tests = typeof(FailureTableTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttributes().Any(attribute => attribute is FactAttribute)).Select(method => method.Name).ToHashSet();
        Assert.All(s_rows, row =>
        {
            Assert.True(row.Tests.Length > 0 || row.Why.Length > 0, row.Cause);
            Assert.All(row.Tests, test => Assert.Contains(test, tests));
        });
    }

    /// <summary>The rows are those of the fact sheet that the toolchain was measured with, none missing.</summary>
    [Fact]
    public void Rows_AreThoseOfTheFactSheet()
    {
        string? sheet = SharedMaterial.TryFind("reference", "qnn.md");
        Assert.SkipUnless(sheet is not null, "needs reference/qnn.md of the shared test material (HUB_SHARED)");
        var causes = File.ReadLines(sheet!).SkipWhile(line => !line.StartsWith("## 10 ", StringComparison.Ordinal)).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split('|')[1].Trim()).Where(cause => cause != "cause");
        Assert.Equal(causes, s_rows.Select(row => row.Cause));
    }
}
