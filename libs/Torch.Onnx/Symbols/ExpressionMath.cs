using System.Globalization;

namespace Torch.Onnx.Symbols;

/// <summary>Values and names of expressions.</summary>
internal static class ExpressionMath
{
    /// <summary>The value when all symbols have one; null when one has none, or the result does not fit 64 bits.</summary>
    public static long? Evaluate(SymbolicExpression expression, IReadOnlyDictionary<string, long> symbols)
    {
        try
        {
            return Value(expression, symbols);
        }
        catch (ArithmeticException)
        {
            return null;
        }
    }

    /// <summary>A short name such as <c>2*s77 + 1</c>; null when the expression has no plain form.</summary>
    public static string? Name(SymbolicExpression expression) => expression switch
    {
        SymbolicExpression.Symbol symbol => symbol.Name,
        SymbolicExpression.Integer integer => integer.Value.ToString(CultureInfo.InvariantCulture),
        SymbolicExpression.Call call => CallName(call),
        _ => null,
    };

    public static long FloorDivide(long dividend, long divisor)
    {
        long quotient = dividend / divisor;
        return dividend % divisor != 0 && (dividend < 0) != (divisor < 0) ? quotient - 1 : quotient;
    }

    /// <summary>The remainder with the divisor's sign, as Python has it.</summary>
    public static long Modulo(long dividend, long divisor) => dividend - (FloorDivide(dividend, divisor) * divisor);

    public static long Power(long number, long exponent)
    {
        long result = 1;
        for (long i = 0; i < exponent && result is not 0; i++)
        {
            result = checked(result * number);
        }

        return result;
    }

    private static long? Value(SymbolicExpression expression, IReadOnlyDictionary<string, long> symbols) => expression switch
    {
        SymbolicExpression.Integer integer => integer.Value,
        SymbolicExpression.Symbol symbol => symbols.TryGetValue(symbol.Name, out long value) ? value : null,
        SymbolicExpression.Call call => CallValue(call, symbols),
        _ => null,
    };

    private static long? CallValue(SymbolicExpression.Call call, IReadOnlyDictionary<string, long> symbols)
    {
        long[] arguments = new long[call.Arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (Value(call.Arguments[i], symbols) is not { } value)
            {
                return null;
            }

            arguments[i] = value;
        }

        return (call.Function, arguments) switch
        {
            ("Add", _) => arguments.Aggregate(0L, (sum, value) => checked(sum + value)),
            ("Mul", _) => arguments.Aggregate(1L, (product, value) => checked(product * value)),
            ("Max", [_, ..]) => arguments.Max(),
            ("Min", [_, ..]) => arguments.Min(),
            ("FloorDiv" or "CleanDiv", [var x, var y]) => FloorDivide(x, y),
            ("Mod" or "PythonMod", [var x, var y]) => Modulo(x, y),
            ("Pow" or "PowByNatural", [var x, >= 0 and < 64 and var y]) => Power(x, y),
            ("ModularIndexing", [var x, var y, var z]) => Modulo(FloorDivide(x, y), z),
            ("Identity" or "TruncToInt" or "CeilToInt" or "FloorToInt", [var x]) => x,
            _ => null,
        };
    }

    private static string? CallName(SymbolicExpression.Call call)
    {
        string?[] names = Array.ConvertAll(call.Arguments, Name);
        if (names.Contains(null) || names.Sum(name => name!.Length) > 60)
        {
            return null;
        }

        return (call.Function, names) switch
        {
            ("Add", _) => string.Join(" + ", names),
            ("Mul", _) => string.Join('*', names.Select((name, i) => call.Arguments[i] is SymbolicExpression.Call { Function: "Add" } ? $"({name})" : name)),
            ("FloorDiv" or "CleanDiv", [var x, var y]) => call.Arguments[0] is SymbolicExpression.Call ? $"({x})//{y}" : $"{x}//{y}",
            ("Mod" or "PythonMod", [var x, var y]) => $"{x}%{y}",
            ("Max", _) => $"max({string.Join(", ", names)})",
            ("Min", _) => $"min({string.Join(", ", names)})",
            _ => null,
        };
    }
}
