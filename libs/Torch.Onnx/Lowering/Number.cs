using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>What a Python number is.</summary>
internal enum NumberKind
{
    Bool,
    Int,
    Float,
    Complex,
}

/// <summary>
/// A Python number in the program: known at conversion, or a 0-d value at run time (int64, double, bool), then with
/// its expression where it is a size.
/// </summary>
internal sealed class Number
{
    private Number(NumberKind kind, long integer, double real, double imaginary, Value? runtime, string? expression)
    {
        Kind = kind;
        Integer = integer;
        Real = real;
        Imaginary = imaginary;
        Runtime = runtime;
        Expression = expression;
    }

    public NumberKind Kind { get; }

    /// <summary>The constant as an integer (bools are 0 and 1); without meaning at run time.</summary>
    public long Integer { get; }

    /// <summary>The constant as a double, whatever its kind.</summary>
    public double Real { get; }

    public double Imaginary { get; }

    /// <summary>The 0-d value; null for a constant.</summary>
    public Value? Runtime { get; }

    public string? Expression { get; }

    public bool IsConstant => Runtime is null;

    public static implicit operator Number(long value) => Of(value);

    public static Number Of(long value) => new(NumberKind.Int, value, value, 0, null, null);

    public static Number Of(double value) => new(NumberKind.Float, 0, value, 0, null, null);

    public static Number Of(bool value) => new(NumberKind.Bool, value ? 1 : 0, value ? 1 : 0, 0, null, null);

    public static Number Of(double real, double imaginary) => new(NumberKind.Complex, 0, real, imaginary, null, null);

    public static Number At(Value runtime, string? expression = null) => new(KindOf(runtime.Type), 0, 0, 0, runtime, expression);

    public bool Is(long value) => IsConstant && Kind is NumberKind.Int or NumberKind.Bool && Integer == value;

    /// <summary>Whether the constant equals the number, whichever kind it has.</summary>
    public bool Equals(double value) => IsConstant && Kind != NumberKind.Complex && Real == value;

    /// <summary>A 0-d value of the given type.</summary>
    public Value ToValue(OnnxBuilder b, DataType type) => Runtime is { } value
        ? b.Cast(value, type)
        : Kind is NumberKind.Int or NumberKind.Bool ? b.Constants.Integer(type, Integer) : b.Constants.Number(type, Real);

    /// <summary>A 1-D value of one int64: a piece of a shape.</summary>
    public Value ToPiece(OnnxBuilder b) => Runtime is { } value ? b.Unsqueeze(b.Cast(value, DataType.Int64), 0) : b.Constants.Integers(Integer);

    /// <summary>The type that PyTorch gives a tensor made of this number alone.</summary>
    public ScalarType DefaultType => Kind switch
    {
        NumberKind.Bool => ScalarType.Bool,
        NumberKind.Int => ScalarType.Long,
        NumberKind.Float => ScalarType.Float,
        _ => ScalarType.ComplexFloat,
    };

    private static NumberKind KindOf(DataType type) => type switch
    {
        DataType.Bool => NumberKind.Bool,
        DataType.Int64 => NumberKind.Int,
        _ => NumberKind.Float,
    };
}
