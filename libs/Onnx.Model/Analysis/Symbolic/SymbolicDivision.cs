namespace Onnx.Model.Analysis;

/// <summary>Division of symbolic numbers: exact where every term divides, otherwise split into an exact part and a floor.</summary>
internal static class SymbolicDivision
{
    public static SymInt Divide(SymInt left, SymInt right)
    {
        if (TryExact(left, right, out var exact))
        {
            return exact;
        }

        if (!right.IsKnown || right.Value < 0)
        {
            return SymInt.Derived(AtomKind.FloorDivide, left, right);
        }

        // floor((c*q + r)/c) = q + floor(r/c): the terms that divide leave the floor.
        var whole = left.Terms.Where(term => term.Coefficient % right.Value == 0).Select(term => term with { Coefficient = term.Coefficient / right.Value });
        var rest = left.Terms.Where(term => term.Coefficient % right.Value != 0);
        var remainder = SymInt.From(Polynomial.Collect(rest));
        return SymInt.From(Polynomial.Collect(whole)) + (remainder.IsKnown ? SymInt.FloorDivide(remainder, right) : SymInt.Derived(AtomKind.FloorDivide, remainder, right));
    }

    /// <summary>Whether the quotient is a polynomial again, and which.</summary>
    public static bool TryExact(SymInt left, SymInt right, out SymInt quotient)
    {
        quotient = default;
        if (right.Terms is not [var divisor])
        {
            return TryByTrial(left, right, out quotient);
        }

        var terms = new List<PolynomialTerm>();
        foreach (var term in left.Terms)
        {
            if (divisor.Coefficient == 0 || term.Coefficient % divisor.Coefficient != 0 || Without(term.Atoms, divisor.Atoms) is not { } atoms)
            {
                return false;
            }

            terms.Add(new PolynomialTerm(term.Coefficient / divisor.Coefficient, atoms));
        }

        quotient = SymInt.From(Polynomial.Collect(terms));
        return true;
    }

    // A sum divides another sum when the quotient of their first terms, multiplied back, gives the dividend.
    private static bool TryByTrial(SymInt left, SymInt right, out SymInt quotient)
    {
        quotient = default;
        var first = SymInt.From(Polynomial.Collect([right.Terms[^1]]));
        return left.Terms.Count >= right.Terms.Count
            && TryExact(SymInt.From(Polynomial.Collect([left.Terms[^1]])), first, out quotient)
            && quotient * right == left;
    }

    private static Atom[]? Without(Atom[] atoms, Atom[] removed)
    {
        var rest = atoms.ToList();
        foreach (var atom in removed)
        {
            int at = rest.FindIndex(candidate => candidate.Name == atom.Name);
            if (at < 0)
            {
                return null;
            }

            rest.RemoveAt(at);
        }

        return [.. rest];
    }
}
