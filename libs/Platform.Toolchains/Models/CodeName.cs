using System.Text;
using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains;

/// <summary>The catalogue's spelling of a code.</summary>
public static class CodeName
{
    /// <summary>
    /// The name as the proto and the documentation write it (<c>OPTION_UNKNOWN</c>). Made from the enum's name, so that a
    /// command-line program need not load protobuf's reflection to print an error.
    /// </summary>
    public static string Of(FailureCode code)
    {
        var name = new StringBuilder();
        foreach (char c in code.ToString())
        {
            if (char.IsUpper(c) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToUpperInvariant(c));
        }

        return name.ToString();
    }
}
