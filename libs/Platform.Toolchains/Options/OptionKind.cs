namespace Platform.Toolchains.Options;

/// <summary>What an option's value is.</summary>
public enum OptionKind
{
    /// <summary>true or false; bare means true.</summary>
    Flag,
    /// <summary>An integer.</summary>
    Int,
    /// <summary>A number.</summary>
    Number,
    /// <summary>Any text.</summary>
    Text,
    /// <summary>One of the listed values.</summary>
    Choice,
    /// <summary>Listed values, separated by commas.</summary>
    Choices,
    /// <summary>Names, separated by commas.</summary>
    Names,
    /// <summary>key=value pairs, separated by semicolons.</summary>
    Nested,
}
