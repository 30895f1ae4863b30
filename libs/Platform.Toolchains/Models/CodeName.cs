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
    public static string Of(FailureCode code) => OfName(code.ToString());

    /// <summary>The same spelling of a name in C#'s: <c>TensorMissing</c> as <c>TENSOR_MISSING</c>.</summary>
    public static string OfName(string text)
    {
        var name = new StringBuilder();
        foreach (char c in text)
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
