using System.Net;
using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Webhooks;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Tests.Webhooks;

/// <summary>Which addresses events are never sent to.</summary>
public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("::7f00:1")]
    public void Allows_PrivateAndLocalAddresses_Never(string address) => Assert.False(Rules().Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("93.184.215.14")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c")]
    [InlineData("::ffff:93.184.215.14")]
    public void Allows_PublicAddresses(string address) => Assert.True(Rules().Allows(IPAddress.Parse(address)));

    [Fact]
    public void Allows_WhatTheOperatorAllows_AndNothingBesideIt()
    {
        var rules = Rules("10.1.0.0/16", "fd00::/8");
        Assert.True(rules.Allows(IPAddress.Parse("10.1.2.3")) && rules.Allows(IPAddress.Parse("::ffff:10.1.2.3")) && rules.Allows(IPAddress.Parse("fd12::1")));
        Assert.False(rules.Allows(IPAddress.Parse("10.2.2.3")) || rules.Allows(IPAddress.Loopback));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080/x", FailureCode.WebhookAddressRefused)]
    [InlineData("http://localhost/x", FailureCode.WebhookAddressRefused)]
    [InlineData("http://[::1]/x", FailureCode.WebhookAddressRefused)]
    [InlineData("http://2130706433/x", FailureCode.WebhookAddressRefused)]
    [InlineData("http://0x7f.1/x", FailureCode.WebhookAddressRefused)]
    [InlineData("http://169.254.169.254/latest/meta-data", FailureCode.WebhookAddressRefused)]
    [InlineData("ftp://example.org/x", FailureCode.ArgumentInvalid)]
    [InlineData("file:///etc/passwd", FailureCode.ArgumentInvalid)]
    [InlineData("https://user:secret@example.org/", FailureCode.ArgumentInvalid)]
    [InlineData("example.org/x", FailureCode.ArgumentInvalid)]
    [InlineData("", FailureCode.ArgumentInvalid)]
    public void Require_OfAnAddressThatCannotBe_SaysWhy(string url, FailureCode code) =>
        Assert.Equal(code, Assert.Throws<FailureException>(() => Rules().Require(url)).Failure.Code);

    [Fact]
    public async Task Connect_ToANameThatPointsInside_IsRefused()
    {
        var error = await Assert.ThrowsAsync<FailureException>(async () => await Rules().ConnectAsync(new DnsEndPoint("localhost", 80), TestContext.Current.CancellationToken));
        Assert.Equal(FailureCode.WebhookAddressRefused, error.Failure.Code);
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("everything")]
    public void Options_WithANetworkThatIsNone_AreRefused(string network) =>
        Assert.True(new WebhookOptionsValidator().Validate(null, new WebhookOptions { AllowedNetworks = [network] }).Failed);

    private static AddressRules Rules(params string[] allowed) => new(Options.Create(new WebhookOptions { AllowedNetworks = allowed }));
}
