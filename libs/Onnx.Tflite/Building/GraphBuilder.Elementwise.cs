using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Building;

/// <summary>Operators that work element by element.</summary>
internal sealed partial class GraphBuilder
{
    public Tensor Cast(Tensor x, TensorType type)
    {
        if (x.Type == type)
        {
            return x;
        }

        if (x.IsConstant)
        {
            return ConstantConversion.Cast(x, type, names.Fresh(Origin));
        }

        if (x.Type == TensorType.UInt64 || type == TensorType.UInt64)
        {
            // CAST knows no 64-bit unsigned integers; inside the graph their bits travel as signed ones.
            return x.Type == TensorType.UInt64 ? Cast(Bitcast(x, TensorType.Int64), type) : Bitcast(Cast(x, TensorType.Int64), type);
        }

        return Add(BuiltinOperator.Cast, new CastOptions(x.Type, type), [x], type, x.Shape);
    }

    /// <summary>The same bits as another type of the same size.</summary>
    public Tensor Bitcast(Tensor x, TensorType type) => x.IsConstant
        ? new Tensor(names.Fresh(Origin), type, x.Shape) { Data = x.Data }
        : Add(BuiltinOperator.Bitcast, new EmptyOptions(124), [x], type, x.Shape);

    public Tensor Unary(BuiltinOperator code, Tensor x, OperatorOptions? options = null)
    {
        var carried = Carry(code, x);
        return Restore(Add(code, options ?? OperatorOptions.None, [carried], carried.Type, x.Shape), x.Type);
    }

    public Tensor Abs(Tensor x) => x.Type is TensorType.Int64 or TensorType.Float64 ? Maximum(x, Neg(x)) : Unary(BuiltinOperator.Abs, x, new EmptyOptions(78));

    public Tensor Neg(Tensor x) => x.Type == TensorType.Float64 ? Times(x, -1) : Unary(BuiltinOperator.Neg, x, new EmptyOptions(42));

    public Tensor Exp(Tensor x) => Unary(BuiltinOperator.Exp, x, new EmptyOptions(33));

    public Tensor Log(Tensor x) => Unary(BuiltinOperator.Log, x);

    public Tensor Sqrt(Tensor x) => Unary(BuiltinOperator.Sqrt, x);

    public Tensor Rsqrt(Tensor x) => Unary(BuiltinOperator.Rsqrt, x);

    public Tensor Floor(Tensor x) => Unary(BuiltinOperator.Floor, x);

    public Tensor Logistic(Tensor x) => Unary(BuiltinOperator.Logistic, x);

    public Tensor Tanh(Tensor x) => Unary(BuiltinOperator.Tanh, x);

    public Tensor Relu(Tensor x) => x.Type == TensorType.Float32 ? Unary(BuiltinOperator.Relu, x) : Maximum(x, Number(x.Type, 0));

    public Tensor Not(Tensor x) => Unary(BuiltinOperator.LogicalNot, x, new EmptyOptions(63));

    public Tensor Erf(Tensor x) => Unary(BuiltinOperator.PseudoErf, x);

    public Tensor Plus(Tensor a, Tensor b) => Binary(BuiltinOperator.Add, a, b, new AddOptions());

    public Tensor Minus(Tensor a, Tensor b) => a.Type == TensorType.Float64 ? Plus(a, Neg(b)) : Binary(BuiltinOperator.Sub, a, b, new SubOptions());

    public Tensor Times(Tensor a, Tensor b) => Binary(BuiltinOperator.Mul, a, b, new MulOptions());

    public Tensor Over(Tensor a, Tensor b) => Binary(BuiltinOperator.Div, a, b, new DivOptions());

    public Tensor Plus(Tensor a, double b) => Plus(a, Number(a.Type, b));

    public Tensor Minus(Tensor a, double b) => Minus(a, Number(a.Type, b));

    public Tensor Times(Tensor a, double b) => Times(a, Number(a.Type, b));

    public Tensor Maximum(Tensor a, Tensor b) => Binary(BuiltinOperator.Maximum, a, b, new EmptyOptions(39));

    public Tensor Minimum(Tensor a, Tensor b) => Binary(BuiltinOperator.Minimum, a, b, new EmptyOptions(39));

    public Tensor Maximum(Tensor a, double b) => Maximum(a, Number(a.Type, b));

    public Tensor Minimum(Tensor a, double b) => Minimum(a, Number(a.Type, b));

    public Tensor Pow(Tensor a, Tensor b) => Binary(BuiltinOperator.Pow, a, b, new EmptyOptions(56));

    public Tensor FloorMod(Tensor a, Tensor b) => Binary(BuiltinOperator.FloorMod, a, b, new EmptyOptions(72));

    public Tensor FloorDiv(Tensor a, Tensor b) => Binary(BuiltinOperator.FloorDiv, a, b, new EmptyOptions(65));

    public Tensor SquaredDifference(Tensor a, Tensor b) => Binary(BuiltinOperator.SquaredDifference, a, b, new EmptyOptions(76));

    public Tensor Square(Tensor x) => Times(x, x);

    public Tensor And(Tensor a, Tensor b) => Binary(BuiltinOperator.LogicalAnd, a, b, new EmptyOptions(62));

    public Tensor Or(Tensor a, Tensor b) => Binary(BuiltinOperator.LogicalOr, a, b, new EmptyOptions(60));

    public Tensor Equal(Tensor a, Tensor b) => Compare(BuiltinOperator.Equal, a, b, 53);

    public Tensor NotEqual(Tensor a, Tensor b) => Compare(BuiltinOperator.NotEqual, a, b, 54);

    public Tensor Less(Tensor a, Tensor b) => Compare(BuiltinOperator.Less, a, b, 41);

    public Tensor LessEqual(Tensor a, Tensor b) => Compare(BuiltinOperator.LessEqual, a, b, 46);

    public Tensor Greater(Tensor a, Tensor b) => Compare(BuiltinOperator.Greater, a, b, 44);

    public Tensor GreaterEqual(Tensor a, Tensor b) => Compare(BuiltinOperator.GreaterEqual, a, b, 45);

    public Tensor Select(Tensor condition, Tensor yes, Tensor no)
    {
        var shape = Broadcasting.Combine(condition.Shape, yes.Shape, no.Shape);
        Tensor a = Carry(BuiltinOperator.SelectV2, yes), b = Carry(BuiltinOperator.SelectV2, no);
        Tensor?[] inputs = [Align(condition, shape.Length), Align(a, shape.Length), Align(b, shape.Length)];
        return Restore(Add(BuiltinOperator.SelectV2, new EmptyOptions(98), inputs, a.Type, shape), yes.Type);
    }

    public Tensor Binary(BuiltinOperator code, Tensor a, Tensor b, OperatorOptions options)
    {
        if (a.Type == TensorType.Float64 && ExactDoubles(code) is { } exact)
        {
            return Exact(exact, a, b);
        }

        Tensor x = Carry(code, a), y = Carry(code, b);
        return Restore(Aligned(code, x, y, options, x.Type), a.Type);
    }

    /// <summary>An operator that takes every type but broadcasts nothing.</summary>
    public Tensor Exact(BuiltinOperator code, Tensor a, Tensor b)
    {
        var shape = Broadcasting.Combine(a.Shape, b.Shape);
        return Add(code, OperatorOptions.None, [BroadcastTo(a, shape), BroadcastTo(b, shape)], a.Type, shape);
    }

    private static BuiltinOperator? ExactDoubles(BuiltinOperator code) => code switch
    {
        BuiltinOperator.Add => BuiltinOperator.StablehloAdd,
        BuiltinOperator.Mul => BuiltinOperator.StablehloMultiply,
        BuiltinOperator.Maximum => BuiltinOperator.StablehloMaximum,
        BuiltinOperator.Minimum => BuiltinOperator.StablehloMinimum,
        _ => null,
    };

    private Tensor Compare(BuiltinOperator code, Tensor a, Tensor b, int options) =>
        Aligned(code, Carry(code, a), Carry(code, b), new EmptyOptions(options), TensorType.Bool);

    private Tensor Aligned(BuiltinOperator code, Tensor x, Tensor y, OperatorOptions options, TensorType type)
    {
        var shape = Broadcasting.Combine(x.Shape, y.Shape);
        return Add(code, options, [Align(x, shape.Length), Align(y, shape.Length)], type, shape);
    }

    // Operands get the same rank, so that any order of axes is the same for all; a single element needs no axes.
    private Tensor Align(Tensor x, int rank) => x.Rank == rank || x.IsScalarLike
        ? x.IsScalarLike && x.IsConstant && x.Rank > 0 ? Reshape(x, []) : x
        : Reshape(x, [.. Enumerable.Repeat((SymInt)1, rank - x.Rank), .. x.Shape]);
}
