using Microsoft.Extensions.Time.Testing;
using Platform.DeviceBroker.Tests.Hosting;
using Platform.Store.Memory;

namespace Platform.DeviceBroker.Tests;

public sealed class DownloadAddressTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));

    [Fact]
    public async Task Of_SameFileWithinMoments_IsSignedOnce()
    {
        await using var broker = await Broker.StartAsync(new MemoryStore(), _clock);
        string first = await OfAsync(broker, "o", "b1");
        Assert.Equal(first, await OfAsync(broker, "o", "b1"));
        Assert.NotEqual(first, await OfAsync(broker, "o", "b2"));
        Assert.NotEqual(first, await OfAsync(broker, "p", "b1"));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.NotEqual(first, await OfAsync(broker, "o", "b1"));
    }

    [Fact]
    public async Task Of_ShortLivedAddress_IsGivenAgainForHalfItsTimeOnly()
    {
        await using var broker = await Broker.StartAsync(new MemoryStore(), _clock);
        broker.SignedFor = TimeSpan.FromSeconds(4);
        string first = await OfAsync(broker, "o", "b1");
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotEqual(first, await OfAsync(broker, "o", "b1"));
    }

    [Fact]
    public async Task Of_NoFile_IsNoAddress()
    {
        await using var broker = await Broker.StartAsync(new MemoryStore(), _clock);
        Assert.Equal("", await OfAsync(broker, "o", ""));
    }

    private static Task<string> OfAsync(Broker broker, string owner, string blob) => broker.Addresses.OfAsync(owner, blob, "m.onnx", TestContext.Current.CancellationToken);
}
