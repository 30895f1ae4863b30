using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Webhooks;

/// <summary>
/// Seals secrets that the hub must be able to read again (AES-256-GCM), so that a copy of the database alone does not give them away.
/// The key comes from <c>Webhooks:Key</c>, else from the service token, else from a file beside the embedded host's database.
/// </summary>
internal sealed class SecretBox(IOptions<WebhookOptions> webhooks, IOptions<ServiceIdentityOptions> identity, IConfiguration configuration, RandomSource random)
{
    private const string FileName = "webhooks.key";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    private readonly Lock _lock = new();
    private byte[]? _key;

    private string Path => System.IO.Path.Combine((configuration.GetSection("gateway:Store").Get<StoreOptions>() ?? configuration.GetSection("Store").Get<StoreOptions>() ?? new StoreOptions()).Folder, FileName);

    /// <summary>Seals a secret for one use; it cannot be opened for another.</summary>
    public byte[] Seal(string use, ReadOnlySpan<byte> secret)
    {
        byte[] box = new byte[NonceBytes + TagBytes + secret.Length];
        random.Bytes(NonceBytes).CopyTo(box, 0);
        using var cipher = new AesGcm(Key(), TagBytes);
        cipher.Encrypt(box.AsSpan(0, NonceBytes), secret, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(use));
        return box;
    }

    /// <summary>Opens what was sealed for that use; null when it was sealed with another key.</summary>
    public byte[]? Open(string use, ReadOnlySpan<byte> box)
    {
        byte[] secret = new byte[box.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(Key(), TagBytes);
        try
        {
            cipher.Decrypt(box[..NonceBytes], box[(NonceBytes + TagBytes)..], box.Slice(NonceBytes, TagBytes), secret, Encoding.UTF8.GetBytes(use));
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Puts a copy of the key file, where there is one, into a backup.</summary>
    public Task CopyAsync(string folder)
    {
        if (File.Exists(Path))
        {
            File.Copy(Path, System.IO.Path.Combine(folder, FileName));
        }

        return Task.CompletedTask;
    }

    private byte[] Key()
    {
        lock (_lock)
        {
            return _key ??= HKDF.DeriveKey(HashAlgorithmName.SHA256, Root(), KeyBytes, info: "hub webhooks"u8.ToArray());
        }
    }

    private byte[] Root()
    {
        string configured = webhooks.Value.Key.Length > 0 ? webhooks.Value.Key : identity.Value.Token;
        return configured.Length > 0 ? Encoding.UTF8.GetBytes(configured) : FileKey();
    }

    // Written beside its place and then moved there, so that a key that is there is whole.
    private byte[] FileKey()
    {
        if (!Directory.Exists(System.IO.Path.GetDirectoryName(Path)))
        {
            throw new FailureException(FailureCode.StoreUnavailable, "there is no key to seal the webhook's secret with: set Webhooks:Key, the same for every gateway");
        }

        if (!File.Exists(Path))
        {
            string temporary = Path + ".tmp";
            using (var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                stream.Write(random.Bytes(KeyBytes));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, Path);
        }

        return File.ReadAllBytes(Path);
    }
}
