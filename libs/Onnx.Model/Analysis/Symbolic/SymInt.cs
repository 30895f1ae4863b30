namespace Onnx.Model.Analysis;

/// <summary>
/// A dimension or an element of a shape vector: a known number, or an integer polynomial in symbols such as <c>batch</c>.
/// Two equal polynomials compare equal, so <c>12*batch/12</c> is <c>batch</c>.
/// </summary>
public readonly struct SymInt : IEquatable<SymInt>
{
    private readonly Polynomial? _expression;
    private readonly long _value;

    private SymInt(long value) => _value = value;

    private SymInt(Polynomial expression) => _expression = expression;

    /// <summary>Whether the number is known.</summary>
    public bool IsKnown => _expression is null;

    /// <summary>The number; only when <see cref="IsKnown"/>.</summary>
    public long Value => _expression is null ? _value : throw new InvalidOperationException($"{this} is not known");

    /// <summary>The number, or -1 when it is not known: how file formats write an open dimension.</summary>
    public long ValueOrMinusOne => _expression is null ? _value : -1;

    /// <summary>Whether the value depends on something no shape tells: the values of inputs.</summary>
    public bool IsDataDependent => _expression?.Terms.Any(term => term.Atoms.Any(atom => atom.IsDataDependent)) ?? false;

    /// <summary>The polynomial's terms; a known number is one term without atoms.</summary>
    public IReadOnlyList<PolynomialTerm> Terms => _expression?.Terms ?? [new PolynomialTerm(_value, [])];

    /// <summary>A symbol: the name of an open dimension (ONNX <c>dim_param</c>).</summary>
    public static SymInt Symbol(string name) => new(Polynomial.Of(new Atom(name, AtomKind.Symbol, default, default)));

    /// <summary>A number that only running the model tells.</summary>
    public static SymInt DataDependent(string name) => new(Polynomial.Of(new Atom(name, AtomKind.DataDependent, default, default)));

    /// <summary>An atom as a number.</summary>
    public static SymInt Of(Atom atom) => new(Polynomial.Of(atom));

    /// <summary>Wraps a known number.</summary>
    public static implicit operator SymInt(long value) => new(value);

    /// <summary>Wraps a known number.</summary>
    public static SymInt FromInt64(long value) => new(value);

    /// <inheritdoc/>
    public static bool operator ==(SymInt left, SymInt right) => left.Equals(right);

    /// <inheritdoc/>
    public static bool operator !=(SymInt left, SymInt right) => !left.Equals(right);

    /// <summary>Sum.</summary>
    public static SymInt operator +(SymInt left, SymInt right) =>
        left.IsKnown && right.IsKnown ? unchecked(left._value + right._value) : From(Polynomial.Add(left.Terms, right.Terms));

    /// <summary>Difference.</summary>
    public static SymInt operator -(SymInt left, SymInt right) => left + (right * -1);

    /// <summary>Product.</summary>
    public static SymInt operator *(SymInt left, SymInt right) =>
        left.IsKnown && right.IsKnown ? unchecked(left._value * right._value) : From(Polynomial.Multiply(left.Terms, right.Terms));

    /// <summary>Sum.</summary>
    public static SymInt Add(SymInt left, SymInt right) => left + right;

    /// <summary>Difference.</summary>
    public static SymInt Subtract(SymInt left, SymInt right) => left - right;

    /// <summary>Product.</summary>
    public static SymInt Multiply(SymInt left, SymInt right) => left * right;

    /// <summary>Quotient rounded towards negative infinity; a zero divisor gives 0, which no valid shape holds.</summary>
    public static SymInt FloorDivide(SymInt left, SymInt right)
    {
        if (right.IsKnown && right._value == 0)
        {
            return 0;
        }

        if (left.IsKnown && right.IsKnown)
        {
            long quotient = left._value / right._value;
            return left._value % right._value != 0 && (left._value < 0) != (right._value < 0) ? quotient - 1 : quotient;
        }

        return left == right ? 1 : SymbolicDivision.Divide(left, right);
    }

    /// <summary>Quotient rounded towards positive infinity.</summary>
    public static SymInt CeilingDivide(SymInt left, SymInt right) => FloorDivide(left + right - 1, right);

    /// <summary>The larger of two.</summary>
    public static SymInt Max(SymInt left, SymInt right) => Choose(left, right, AtomKind.Max);

    /// <summary>The smaller of two.</summary>
    public static SymInt Min(SymInt left, SymInt right) => Choose(left, right, AtomKind.Min);

    /// <summary>The product of a shape: its number of elements.</summary>
    public static SymInt Product(ReadOnlySpan<SymInt> values)
    {
        SymInt product = 1;
        foreach (var value in values)
        {
            product *= value;
        }

        return product;
    }

    /// <inheritdoc/>
    public bool Equals(SymInt other) =>
        _expression is null ? other._expression is null && _value == other._value : other._expression is { } expression && _expression.Text == expression.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SymInt other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _expression is null ? _value.GetHashCode() : StringComparer.Ordinal.GetHashCode(_expression.Text);

    /// <inheritdoc/>
    public override string ToString() => _expression?.Text ?? _value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal static SymInt From(Polynomial polynomial) =>
        polynomial.Terms.Length == 0 ? 0 : polynomial.Terms is [{ Atoms.Length: 0 } only] ? only.Coefficient : new SymInt(polynomial);

    internal static SymInt Derived(AtomKind kind, SymInt left, SymInt right)
    {
        string name = kind switch
        {
            AtomKind.FloorDivide => $"floor(({left})/({right}))",
            AtomKind.Max => $"max({left},{right})",
            _ => $"min({left},{right})",
        };
        return new SymInt(Polynomial.Of(new Atom(name, kind, left, right)));
    }

    private static SymInt Choose(SymInt left, SymInt right, AtomKind kind)
    {
        var difference = left - right;
        if (!difference.IsKnown)
        {
            return string.CompareOrdinal(left.ToString(), right.ToString()) <= 0 ? Derived(kind, left, right) : Derived(kind, right, left);
        }

        return difference.Value >= 0 == (kind == AtomKind.Max) ? left : right;
    }
}
