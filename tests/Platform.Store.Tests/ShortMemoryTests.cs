using Microsoft.Extensions.Time.Testing;
using Platform.ServiceDefaults;

namespace Platform.Store.Tests;

public sealed class ShortMemoryTests
{
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Recall_UntilItsTimeIsOver()
    {
        var memory = new ShortMemory<string, string>(10, _clock);
        memory.Remember("a", "1", s_time);
        _clock.Advance(s_time / 2);
        memory.Remember("a", "2", s_time);
        _clock.Advance(s_time / 2);
        Assert.Equal("2", memory.Recall("a"));
        _clock.Advance(s_time / 2);
        Assert.Null(memory.Recall("a"));
    }

    [Fact]
    public void Forget_OrTooMany_ForgetsAtOnce()
    {
        var memory = new ShortMemory<int, string>(10, _clock);
        memory.Remember(0, "0", s_time);
        memory.Forget(0);
        Assert.Null(memory.Recall(0));
        for (int i = 0; i < 11; i++)
        {
            memory.Remember(i, $"{i}", s_time);
        }

        Assert.Equal([10], Enumerable.Range(0, 11).Where(i => memory.Recall(i) is not null));
    }
}
