using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Platform.Artifact.Signing;

/// <summary>
/// Signs addresses: HMAC-SHA-256 over method, path, organization, expiry and file name. A signature is checked before the
/// first byte of a body is read.
/// </summary>
internal sealed class UrlSigner(SigningKeys keys, IOptions<ArtifactOptions> options, TimeProvider clock)
{
    public string Sign(string method, string path, string owner, DateTimeOffset expiresAt, string fileName = "")
    {
        string expiry = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string signature = Signature(method, path, owner, expiry, fileName);
        string query = $"o={owner}&e={expiry}&s={signature}" + (fileName.Length > 0 ? $"&n={Uri.EscapeDataString(fileName)}" : "");
        return $"{options.Value.PublicUrl.TrimEnd('/')}{path}?{query}";
    }

    /// <summary>The organization that the address was signed for, or null when the signature is wrong or too old.</summary>
    public string? Check(HttpRequest request, string signedPath)
    {
        string owner = request.Query["o"].ToString();
        string expiry = request.Query["e"].ToString();
        string expected = Signature(request.Method, signedPath, owner, expiry, request.Query["n"].ToString());
        bool same = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(request.Query["s"].ToString()));
        return same && long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out long end) && end >= clock.GetUtcNow().ToUnixTimeSeconds()
            ? owner
            : null;
    }

    private string Signature(string method, string path, string owner, string expiry, string fileName)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{method}\n{path}\n{owner}\n{expiry}\n{fileName}");
        return WebEncoders.Base64UrlEncode(HMACSHA256.HashData(keys.Current, text));
    }
}
