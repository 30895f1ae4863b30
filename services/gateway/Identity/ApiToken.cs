using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Platform.Gateway.Identity;

/// <summary>
/// The text of an API token: <c>hub_ID_SECRETCHECK</c>. The prefix and the six-digit checksum let secret scanners
/// recognise a leaked token; the secret has 256 random bits.
/// </summary>
internal static class ApiToken
{
    private const string Prefix = "hub_";
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int SecretLength = 43;
    private const int CheckLength = 6;

    public static string Format(string id, ReadOnlySpan<byte> secret)
    {
        string text = ToBase62(secret);
        return $"{Prefix}{id}_{text}{Check(id + text)}";
    }

    /// <summary>The parts of a token; false when the text is none or was mistyped.</summary>
    public static bool TryParse(string text, out string id, out string secret)
    {
        id = secret = "";
        string[] parts = text.Split('_');
        if (parts.Length != 3 || parts[0] + "_" != Prefix || parts[2].Length != SecretLength + CheckLength)
        {
            return false;
        }

        id = parts[1];
        secret = parts[2][..SecretLength];
        return parts[2][SecretLength..] == Check(id + secret);
    }

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.ASCII.GetBytes(secret));

    /// <summary>The secret's text, as <see cref="TryParse"/> gives it back.</summary>
    public static string ToBase62(ReadOnlySpan<byte> secret)
    {
        var number = new System.Numerics.BigInteger(secret, isUnsigned: true);
        var text = new char[SecretLength];
        for (int i = SecretLength - 1; i >= 0; i--)
        {
            number = System.Numerics.BigInteger.DivRem(number, Digits.Length, out var digit);
            text[i] = Digits[(int)digit];
        }

        return new string(text);
    }

    private static string Check(string text)
    {
        uint crc = Crc32.HashToUInt32(Encoding.ASCII.GetBytes(text));
        var digits = new char[CheckLength];
        for (int i = CheckLength - 1; i >= 0; i--)
        {
            digits[i] = Digits[(int)(crc % (uint)Digits.Length)];
            crc /= (uint)Digits.Length;
        }

        return new string(digits);
    }
}
