namespace Onnx.Model.Analysis;

/// <summary>One term: a coefficient times atoms, which are sorted by name.</summary>
/// <param name="Coefficient">The coefficient.</param>
/// <param name="Atoms">The atoms; none for a known number.</param>
public sealed record PolynomialTerm(long Coefficient, Atom[] Atoms)
{
    /// <summary>The atoms as text: the key under which like terms are collected.</summary>
    public string Key { get; } = string.Join('*', Atoms.Select(atom => atom.Name));
}

/// <summary>A sum of terms in canonical order, with at least one atom somewhere.</summary>
internal sealed class Polynomial
{
    // Symbolic shapes of real models have one or two terms; what grows beyond this is no shape anybody wrote.
    private const int MaxTerms = 64;

    private Polynomial(PolynomialTerm[] terms)
    {
        Terms = terms;
        Text = string.Join(" + ", terms.Select(TextOf));
    }

    /// <summary>The terms, sorted by key.</summary>
    public PolynomialTerm[] Terms { get; }

    /// <summary>Canonical text: equal polynomials have equal texts.</summary>
    public string Text { get; }

    public static Polynomial Of(Atom atom) => new([new PolynomialTerm(1, [atom])]);

    public static Polynomial Add(IEnumerable<PolynomialTerm> left, IEnumerable<PolynomialTerm> right) => Collect(left.Concat(right));

    public static Polynomial Multiply(IReadOnlyList<PolynomialTerm> left, IReadOnlyList<PolynomialTerm> right) =>
        Collect(left.SelectMany(a => right.Select(b => Multiply(a, b))));

    public static Polynomial Collect(IEnumerable<PolynomialTerm> terms)
    {
        var byKey = new SortedDictionary<string, PolynomialTerm>(StringComparer.Ordinal);
        foreach (var term in terms)
        {
            byKey[term.Key] = byKey.TryGetValue(term.Key, out var same) ? term with { Coefficient = unchecked(same.Coefficient + term.Coefficient) } : term;
        }

        var kept = byKey.Values.Where(term => term.Coefficient != 0).ToArray();
        return kept.Length <= MaxTerms
            ? new Polynomial(kept)
            : throw new OnnxGraphException(GraphError.ShapeTooComplex, $"a symbolic dimension has {kept.Length} terms");
    }

    private static PolynomialTerm Multiply(PolynomialTerm a, PolynomialTerm b) =>
        new(unchecked(a.Coefficient * b.Coefficient), [.. a.Atoms.Concat(b.Atoms).OrderBy(atom => atom.Name, StringComparer.Ordinal)]);

    private static string TextOf(PolynomialTerm term) => (term.Coefficient, term.Atoms.Length) switch
    {
        (_, 0) => $"{term.Coefficient}",
        (1, _) => term.Key,
        _ => $"{term.Coefficient}*{term.Key}",
    };
}
