using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Gateway.Webhooks;

/// <summary>Signatures of the Standard Webhooks specification: HMAC-SHA-256 over id, time and body.</summary>
internal static class WebhookSignature
{
    private const string SecretPrefix = "whsec_";

    public static string FormatSecret(ReadOnlySpan<byte> key) => SecretPrefix + Convert.ToBase64String(key);

    /// <summary>The value of the header <c>webhook-signature</c>.</summary>
    /// <param name="key">The key's bytes.</param>
    /// <param name="id">Value of <c>webhook-id</c>.</param>
    /// <param name="timestamp">Value of <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="body">The body as it is sent.</param>
    public static string Of(byte[] key, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        mac.AppendData(body);
        return "v1," + Convert.ToBase64String(mac.GetHashAndReset());
    }
}
