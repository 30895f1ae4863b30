using Runner.Model.LiteRt;

namespace Runner.Model.Tests;

public sealed class LiteRtProfileTableTests
{
    // What LiteRT 2 prints after nine runs, shortened to the columns and lines that tell cases apart.
    private const string Summary = """
        Profiling Info for Benchmark Initialization:
        ============================== Top by Computation Time ==============================
        	             [node type]	  [first]	 [avg ms]	     [%]	  [cdf%]	  [mem KB]	[times called]	[Name]
           Delegate/Fully Connected (NC, F32) GEMM      0.003      0.002      0.002    38.776%    48.980%      0.000              4   [Delegate]:9

        ============================== Run Order ==============================
                     [node type]          [first]    [avg ms]     [%]      [cdf%]      [mem KB]    [times called]  [Name]
           Delegate/Convolution (NHWC, F32) IGEMM      0.000      0.001      0.001     6.122%    10.204%      0.000              5   [Delegate]:1
                                RESHAPE      0.010      0.009      0.009    55.102%    65.306%      0.000              9   model/flatten/Reshape;with space:2
        this line is no row

        ============================== Summary by node type ==============================
                                RESHAPE      0.010      0.009      0.009    55.102%    65.306%      0.000              9   [Not a node]:3

        Timings (microseconds): count=9 curr=49
        Memory (bytes): count=0
        2 nodes observed
        """;

    [Fact]
    public void Parse_Summary_ReadsTheRowsOfTheRunOrderAlone() =>
        Assert.Equal(["[Delegate]:1", "model/flatten/Reshape;with space:2"], LiteRtProfileTable.Parse(Summary).Select(row => row.Name));

    [Fact]
    public void Parse_DelegatedRow_IsOfXnnpackWithItsShareOfTheSum()
    {
        var row = LiteRtProfileTable.Parse(Summary)[0];

        Assert.Equal(("Convolution (NHWC, F32) IGEMM", "XNNPACK", "CPU", 5), (row.Type, row.Delegate, row.ComputeUnit, row.Calls));
        Assert.Equal(0.06122 * 49 / 5, row.MeanMicroseconds, 9);
        Assert.Equal(row.MeanMicroseconds, row.Microseconds);
    }

    [Fact]
    public void Parse_RowOfTheRuntimesOwn_HasNoDelegate()
    {
        var row = LiteRtProfileTable.Parse(Summary)[1];

        Assert.Equal(("RESHAPE", "", 9), (row.Type, row.Delegate, row.Calls));
        Assert.Equal(0.55102 * 49 / 9, row.MeanMicroseconds, 9);
    }

    [Fact]
    public void Parse_TotalWithMoreFigures_FindsTheSum()
    {
        var rows = LiteRtProfileTable.Parse(Summary.Replace("count=9 curr=49", "count=9 first=6 curr=98 min=5 max=7 avg=5.4 std=0.5", StringComparison.Ordinal));
        Assert.Equal(0.06122 * 98 / 5, rows[0].MeanMicroseconds, 9);
    }

    [Fact]
    public void Parse_WindowsLineEnds_AreNoPartOfAName() =>
        Assert.Equal("[Delegate]:1", LiteRtProfileTable.Parse(Summary.ReplaceLineEndings("\r\n"))[0].Name);

    [Theory]
    [InlineData("")]
    [InlineData("0 nodes observed")]
    [InlineData("Timings (microseconds): count=9 curr=49")]
    public void Parse_NoTable_IsEmpty(string summary) => Assert.Empty(LiteRtProfileTable.Parse(summary));

    [Fact]
    public void Parse_NoTotal_IsEmpty() => Assert.Empty(LiteRtProfileTable.Parse(Summary.Replace("Timings", "Times", StringComparison.Ordinal)));
}
