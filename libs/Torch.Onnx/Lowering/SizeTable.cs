using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Program;
using Torch.Onnx.Symbols;

namespace Torch.Onnx.Lowering;

/// <summary>
/// Turns recorded sizes into numbers: constants, or nodes that read a tensor's shape at run time. The same expression
/// stands for the same number everywhere, so each is computed once.
/// </summary>
/// <param name="builder">Where nodes go.</param>
/// <param name="known">Values of symbols that the caller fixed.</param>
internal sealed class SizeTable(OnnxBuilder builder, IReadOnlyDictionary<string, long> known)
{
    private readonly Dictionary<string, SymbolicExpression> _parsed = new(StringComparer.Ordinal);

    /// <summary>The size with fixed symbols replaced: static if nothing else is in it.</summary>
    public SymInt Resolve(SymInt size) =>
        size.Expr is { } text && ExpressionMath.Evaluate(Parse(text), known) is { } value ? value : size;

    /// <summary>The record of a tensor with fixed symbols replaced.</summary>
    public TensorMeta Resolve(TensorMeta meta) => known.Count == 0 && !HasConstantExpression(meta)
        ? meta
        : meta with { Sizes = Array.ConvertAll(meta.Sizes, Resolve), Strides = Array.ConvertAll(meta.Strides, Resolve), StorageOffset = Resolve(meta.StorageOffset) };

    /// <summary>A size as ONNX declares it: a number, or a name such as <c>s77</c> or <c>2*s77</c>.</summary>
    public Dimension Dimension(SymInt size) => size.Expr is not { } text ? size.Value
        : ExpressionMath.Name(Parse(text)) is { } name ? name : global::Onnx.Model.Dimension.Unknown;

    /// <summary>Notes that a tensor has these sizes, so that its shape can be asked for them.</summary>
    public void Learn(Value tensor, SymInt[] sizes)
    {
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            if (sizes[axis].Expr is { } expression)
            {
                builder.Scope.RememberSource(expression, tensor, axis);
            }
        }
    }

    /// <summary>Notes the value of an expression that the program computed itself.</summary>
    public void Learn(string expression, Number number) => builder.Scope.RememberSize(expression, number);

    /// <summary>The number that a recorded size stands for.</summary>
    public Number NumberOf(SymInt size) => NumberOf(size, null, 0);

    /// <summary>A dimension's size: its own shape is asked where nothing else knows the expression.</summary>
    public Number SizeOf(Tensor tensor, int axis) => NumberOf(tensor.Sizes[axis], tensor.Value, axis);

    public Number[] NumbersOf(SymInt[] sizes) => Array.ConvertAll(sizes, NumberOf);

    /// <summary>Sizes as a 1-D int64 value.</summary>
    public Value ShapeOf(params ReadOnlySpan<Number> sizes)
    {
        var pieces = new List<Value>();
        var constants = new List<long>();
        foreach (var size in sizes)
        {
            if (size.IsConstant)
            {
                constants.Add(size.Integer);
                continue;
            }

            Flush(pieces, constants);
            pieces.Add(size.ToPiece(builder));
        }

        Flush(pieces, constants);
        return pieces.Count == 0 ? builder.Constants.Integers() : builder.Concat(0, [.. pieces]);
    }

    /// <summary>Recorded sizes as a 1-D int64 value.</summary>
    public Value ShapeOf(SymInt[] sizes) => ShapeOf(NumbersOf(sizes));

    private Number NumberOf(SymInt size, Value? fallback, int axis)
    {
        if (size.Expr is not { } expression)
        {
            return size.Value;
        }

        if (builder.Scope.FindSize(expression) is { } number)
        {
            return number;
        }

        var source = builder.Scope.FindSource(expression) ?? (fallback is null ? null : (fallback, axis));
        var computed = source is { } found
            ? Number.At(builder.Gather(builder.Shape(found.Tensor), builder.Constants.Integer(DataType.Int64, found.Axis), 0), expression)
            : Compute(Parse(expression), expression);
        builder.Scope.RememberSize(expression, computed);
        return computed;
    }

    private Number Compute(SymbolicExpression expression, string text) => expression switch
    {
        SymbolicExpression.Integer integer => integer.Value,
        SymbolicExpression.Call call when NumberMath.OperatorOf(call.Function) is { } op && call.Arguments.Length > 0 =>
            NumberMath.Named(call.Arguments.Select(argument => Find(argument)).Aggregate((x, y) => op(builder, x, y)), text),
        _ => throw LoweringException.Dynamic($"nothing before this node has the size {ExpressionMath.Name(expression) ?? text}"),
    };

    // Subexpressions are looked up by symbol: their text is not kept, and sizes that the program uses are mostly plain symbols.
    private Number Find(SymbolicExpression expression) => expression is SymbolicExpression.Symbol symbol
        ? FindSymbol(symbol.Name)
        : Compute(expression, "");

    private Number FindSymbol(string name)
    {
        if (known.TryGetValue(name, out long value))
        {
            return value;
        }

        for (var scope = builder.Scope; scope is not null; scope = scope.Parent)
        {
            if (scope.Expressions.FirstOrDefault(text => DeclaredShape.SymbolName(text) == name) is { } expression)
            {
                return NumberOf(new SymInt(0, expression));
            }
        }

        throw LoweringException.Dynamic($"no input or result has the size {name}");
    }

    private SymbolicExpression Parse(string text)
    {
        if (!_parsed.TryGetValue(text, out var expression))
        {
            expression = ExpressionParser.Parse(text);
            _parsed.Add(text, expression);
        }

        return expression;
    }

    private static bool HasConstantExpression(TensorMeta meta) => Array.Exists(meta.Sizes, size => size.Expr?.StartsWith("Integer(", StringComparison.Ordinal) == true);

    private void Flush(List<Value> pieces, List<long> constants)
    {
        if (constants.Count > 0)
        {
            pieces.Add(builder.Constants.Integers([.. constants]));
            constants.Clear();
        }
    }
}
