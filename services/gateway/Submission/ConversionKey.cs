using System.Security.Cryptography;
using System.Text;
using Platform.Toolchains.Options;

namespace Platform.Gateway.Submission;

/// <summary>
/// The key of a conversion (architecture L8): a hash over organization, salt, our build, and everything else that the product depends
/// on, line by line. Options count by value, not by spelling, so that two ways of writing the same request share a result.
/// </summary>
internal sealed class ConversionKey
{
    private readonly StringBuilder _text = new();

    public ConversionKey(string owner, string salt) => Add(owner).Add(salt).Add(HubVersion.BuildId);

    public ConversionKey Add(string? line)
    {
        _text.Append(line).Append('\n');
        return this;
    }

    /// <summary>Adds every option of a job type, given or not.</summary>
    public ConversionKey AddOptions(JobKinds job, Func<string, string?> valueOf)
    {
        foreach (var option in OptionTable.All.Where(option => (option.Jobs & job) != 0))
        {
            Add($"{option.Name}={valueOf(option.Name)}");
        }

        return this;
    }

    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_text.ToString())));
}
