using Runner.Model.Qnn;

namespace Runner.Model.Tests;

/// <summary>QNN's profile, the columns as its plug-in writes them.</summary>
public sealed class QnnProfileTests
{
    [Fact]
    public void Names_OfTwoRuns_AreEachGivenOnceInOrder()
    {
        string[] lines =
        [
            "Msg Timestamp,Message,Time,Unit of Measurement,Timing Source,Event Level,Event Identifier",
            "1,EXECUTE,100,US,BACKEND,ROOT,Accelerator (execute) time",
            "2,NODE,10,CYCLES,BACKEND,SUB-EVENT,Input OpId_2 (cycles)",
            "2,NODE,12,CYCLES,BACKEND,SUB-EVENT,b0/q:OpId_21 (cycles)",
            "2,NODE,14,CYCLES,BACKEND,SUB-EVENT,act:OpId_22 (cycles)",
            "3,EXECUTE,90,US,BACKEND,ROOT,Accelerator (execute) time",
            "4,NODE,11,CYCLES,BACKEND,SUB-EVENT,b0/q:OpId_21 (cycles)",
        ];
        Assert.Equal(["b0/q", "act"], QnnOperatorPass.Names(lines));
    }

    [Fact]
    public void Names_OfAnEmptyProfile_AreNone() => Assert.Empty(QnnOperatorPass.Names([]));
}
