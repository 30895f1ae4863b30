using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Platform.Gateway.Webhooks;
using Platform.ServiceDefaults;
using TestKit;

namespace Platform.Gateway.Tests.Webhooks;

/// <summary>Signatures and the keys that make them.</summary>
public sealed class WebhookSignatureTests
{
    // The example of the Standard Webhooks specification.
    [Fact]
    public void Of_TheSpecificationsExample_IsItsSignature() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Of(Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("{\"test\": 2432232314}")));

    [Fact]
    public void Box_GivesBackWhatItSealed_ForItsUseOnly()
    {
        var box = Box("one key");
        byte[] secret = [1, 2, 3];
        byte[] closed = box.Seal("w1", secret);
        Assert.Equal(secret, box.Open("w1", closed));
        Assert.Null(box.Open("w2", closed));
        Assert.Null(Box("another key").Open("w1", closed));
    }

    [Fact]
    public void Box_WithoutAKeyInTheSettings_KeepsOneInAFile()
    {
        using var folder = new TempFolder();
        byte[] closed = Box("", folder.Path).Seal("w1", [1, 2, 3]);
        Assert.Equal([1, 2, 3], Box("", folder.Path).Open("w1", closed)!);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("webhooks.key")));
    }

    [Fact]
    public void Box_WithNoPlaceForAKey_SaysWhatToSet() =>
        Assert.Contains("Webhooks:Key", Assert.Throws<FailureException>(() => Box("", "/nowhere").Seal("w1", [1])).Message, StringComparison.Ordinal);

    private static SecretBox Box(string key, string folder = "") => new(
        Options.Create(new WebhookOptions { Key = key }),
        Options.Create(new ServiceIdentityOptions()),
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Store:Folder"] = folder }).Build(),
        RandomSource.Seeded(1));
}
