using System.Text;
using Platform.Gateway.Jobs;
using Platform.ServiceDefaults;
using static Platform.Gateway.Tests.Jobs.JobSamples;

namespace Platform.Gateway.Tests.Jobs;

public sealed class ListWindowTests
{
    [Fact]
    public void After_CursorOfAnItem_IsItsPlace()
    {
        var job = New(JobKind.Compile);
        string cursor = new ListWindow(0, "", 0).CursorAfter(job);
        string later = new ListWindow(0, "", 0).CursorAfter(job with { CreatedAt = Now.AddSeconds(1) });

        var place = new ListWindow(0, cursor, 0).After!;
        Assert.Equal("j1", place.Id);
        Assert.True(string.CompareOrdinal(place.Key, new ListWindow(0, later, 0).After!.Key) < 0);
    }

    [Fact]
    public void After_NoCursor_IsTheBeginning() => Assert.Null(new ListWindow(0, "", 0).After);

    [Theory]
    [InlineData("no base 64!")]
    [InlineData("YWJj")] // abc
    [InlineData("YQpiCmM=")] // three lines
    public void After_ForeignCursor_IsRefused(string cursor) => Assert.Throws<FailureException>(() => new ListWindow(0, cursor, 0).After);

    [Fact]
    public void After_BytesThatAreNoText_AreRefused() =>
        Assert.Throws<FailureException>(() => new ListWindow(0, Convert.ToBase64String([0xff, 0xfe, .. Encoding.UTF8.GetBytes("x")]), 0).After);

    [Theory]
    [InlineData(0, 50)]
    [InlineData(-3, 1)]
    [InlineData(7, 7)]
    [InlineData(1000, 200)]
    public void Limit_Asked_StaysWithinBounds(int asked, int expected) => Assert.Equal(expected, new ListWindow(asked, "", 0).Limit(50, 200));

    [Fact]
    public void Offset_BelowZero_IsRefused() => Assert.Throws<FailureException>(() => new ListWindow(0, "", -1).Offset);
}
