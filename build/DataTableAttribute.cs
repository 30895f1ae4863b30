using System.Diagnostics;

namespace Platform.Budgets;

/// <summary>
/// Marks a type whose source is a table (operators, options, codes) rather than logic. The architecture test leaves
/// its file and methods out of the size budgets; <paramref name="reason"/> says why a table is the clearest form.
/// </summary>
/// <param name="reason">One sentence for the reader of the table.</param>
[Conditional("BUDGETS")]
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
internal sealed class DataTableAttribute(string reason) : Attribute
{
    /// <summary>Why this source is a table.</summary>
    public string Reason { get; } = reason;
}
