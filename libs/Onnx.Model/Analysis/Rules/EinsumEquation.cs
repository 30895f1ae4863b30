namespace Onnx.Model.Analysis;

/// <summary>An Einsum equation with its ellipses written out; labels are letters, and "0", "1" ... for ellipsis axes.</summary>
public sealed record EinsumEquation
{
    private EinsumEquation(string[][] inputs, string[] output)
    {
        Inputs = inputs;
        Output = output;
    }

    /// <summary>Labels of each operand's axes.</summary>
    public IReadOnlyList<string[]> Inputs { get; }

    /// <summary>Labels of the result's axes.</summary>
    public string[] Output { get; }

    /// <summary>Parses an equation.</summary>
    /// <param name="equation">As <c>...ij,jk->...ik</c>; without an arrow the result's labels are those that occur once, sorted.</param>
    /// <param name="ranks">Ranks of the operands.</param>
    /// <exception cref="OnnxGraphException">The equation does not fit the operands.</exception>
    public static EinsumEquation Parse(string equation, int[] ranks)
    {
        string text = equation.Replace(" ", "", StringComparison.Ordinal);
        int arrow = text.IndexOf("->", StringComparison.Ordinal);
        string[] terms = (arrow < 0 ? text : text[..arrow]).Split(',');
        if (terms.Length != ranks.Length)
        {
            throw new OnnxGraphException(GraphError.InvalidNode, $"'{equation}' has {terms.Length} terms for {ranks.Length} operands");
        }

        int ellipsis = 0;
        for (int i = 0; i < terms.Length; i++)
        {
            ellipsis = Math.Max(ellipsis, EllipsisRank(terms[i], ranks[i], equation));
        }

        var inputs = terms.Select((term, i) => Labels(term, EllipsisRank(term, ranks[i], equation), ellipsis)).ToArray();
        var output = arrow >= 0 ? Labels(text[(arrow + 2)..], ellipsis, ellipsis) : Implicit(inputs, ellipsis);
        var known = inputs.SelectMany(labels => labels).ToHashSet(StringComparer.Ordinal);
        return Array.TrueForAll(output, known.Contains)
            ? new EinsumEquation(inputs, output)
            : throw new OnnxGraphException(GraphError.InvalidNode, $"'{equation}' asks for a label that no operand has");
    }

    private static int EllipsisRank(string term, int rank, string equation)
    {
        bool has = term.Contains("...", StringComparison.Ordinal);
        int letters = term.Replace("...", "", StringComparison.Ordinal).Length;
        return (has && rank >= letters) || rank == letters
            ? rank - letters
            : throw new OnnxGraphException(GraphError.InvalidNode, $"'{term}' of '{equation}' does not fit rank {rank}");
    }

    // Ellipsis axes are numbered from the right, because they broadcast.
    private static string[] Labels(string term, int own, int all)
    {
        var labels = new List<string>();
        for (int i = 0; i < term.Length; i++)
        {
            if (term[i] == '.')
            {
                labels.AddRange(Enumerable.Range(all - own, own).Select(axis => axis.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                i += 2;
            }
            else
            {
                labels.Add(term[i].ToString());
            }
        }

        return [.. labels];
    }

    private static string[] Implicit(string[][] inputs, int ellipsis) =>
    [
        .. Enumerable.Range(0, ellipsis).Select(axis => axis.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        .. inputs.SelectMany(labels => labels).GroupBy(label => label).Where(group => group.Count() == 1 && !char.IsDigit(group.Key[0]))
            .Select(group => group.Key).Order(StringComparer.Ordinal),
    ];
}
