namespace Hub.Cli.Convert;

/// <summary>What <c>hub convert</c> was asked to do.</summary>
/// <param name="Input">Source file.</param>
/// <param name="Output">Product's file.</param>
/// <param name="Target">Target runtime; null means by the product's ending.</param>
/// <param name="Inputs">Input specs as text.</param>
/// <param name="Options">Compile options as text.</param>
/// <param name="Report">Where the report goes; null for nowhere.</param>
/// <param name="Verify">Whether to compare source and product by running both.</param>
/// <param name="Json">Whether to print JSON.</param>
internal sealed record ConvertRequest(
    string Input, string Output, string? Target, IReadOnlyList<string> Inputs, string Options, string? Report, bool Verify, bool Json)
{
    /// <summary>Oldest runtime of the product; null for the default.</summary>
    public string? MinRuntime { get; init; }

    /// <summary>Passes after which the graph is printed to standard error.</summary>
    public IReadOnlyList<string> DumpAfter { get; init; } = [];

    /// <summary>Attributes of the device that the product is for; each chip they name is one that it is for.</summary>
    public IReadOnlyList<string> DeviceAttributes { get; init; } = [];
}
