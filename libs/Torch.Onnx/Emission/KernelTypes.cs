using System.Collections.Frozen;
using Onnx.Model;
using Platform.Budgets;

namespace Torch.Onnx.Emission;

/// <summary>
/// Element types for which runtimes have kernels, by operator: fewer than the specification allows. A node on another
/// type is computed on the nearest type that holds the same numbers, between two casts.
/// </summary>
[DataTable("Types by operator, as ONNX Runtime 1.31 and the operators' own specification take them at opsets 17 to 21.")]
internal static class KernelTypes
{
    private static readonly TypeSet s_f32 = TypeSet.Of(DataType.Float, DataType.Float16);
    private static readonly TypeSet s_floats = TypeSet.Of(DataType.Float, DataType.Float16, DataType.Double);
    private static readonly TypeSet s_wide = s_floats + TypeSet.Of(DataType.Int32, DataType.Int64);
    private static readonly TypeSet s_bytes = TypeSet.Of(DataType.Int8, DataType.UInt8);
    private static readonly TypeSet s_integers = TypeSet.Of(
        DataType.Int8, DataType.UInt8, DataType.Int16, DataType.UInt16, DataType.Int32, DataType.UInt32, DataType.Int64, DataType.UInt64);

    private static readonly TypeSet s_numbers = s_floats + s_integers;
    private static readonly TypeSet s_ordered = s_wide + s_bytes + TypeSet.Of(DataType.UInt32, DataType.UInt64);
    private static readonly TypeSet s_signed = s_floats + TypeSet.Of(DataType.Int8, DataType.Int16, DataType.Int32, DataType.Int64);
    private static readonly TypeSet s_everything = s_numbers + TypeSet.Of(DataType.Bool);

    // The third column counts the leading inputs that have the operator's type; all of them where it is left out.
    private static readonly FrozenDictionary<string, KernelTypeRow> s_rows = new Dictionary<string, KernelTypeRow>(StringComparer.Ordinal)
    {
        ["Abs"] = new(s_numbers, All),
        ["Neg"] = new(s_signed, All),
        ["Exp"] = new(s_floats, All),
        ["Sin"] = new(s_floats, All),
        ["Cos"] = new(s_floats, All),
        ["Tan"] = new(s_f32, All),
        ["Sinh"] = new(s_f32, All),
        ["Cosh"] = new(s_f32, All),
        ["Tanh"] = new(s_floats, All),
        ["Asin"] = new(s_f32, All),
        ["Acos"] = new(s_f32, All),
        ["Atan"] = new(s_f32, All),
        ["Asinh"] = new(s_f32, All),
        ["Acosh"] = new(s_f32, All),
        ["Atanh"] = new(s_f32, All),
        ["Erf"] = new(s_f32, All),
        ["Ceil"] = new(s_floats, All),
        ["Floor"] = new(s_floats, All),
        ["Round"] = new(s_floats, All),
        ["Sqrt"] = new(s_floats, All),
        ["Reciprocal"] = new(s_floats, All),
        ["Sigmoid"] = new(s_floats, All),
        ["Sign"] = new(s_numbers, All),
        ["Log"] = new(s_floats, All),
        ["Relu"] = new(s_floats + TypeSet.Of(DataType.Int8, DataType.Int32), All),
        ["Softplus"] = new(s_f32, All),
        ["Softsign"] = new(s_f32, All),
        ["Elu"] = new(s_f32, All),
        ["Selu"] = new(s_f32, All),
        ["Celu"] = new(TypeSet.Of(DataType.Float), All),
        ["LeakyRelu"] = new(s_f32, All),
        ["HardSigmoid"] = new(s_f32, All),
        ["HardSwish"] = new(s_f32, All),
        ["Mish"] = new(s_f32, All),
        ["Gelu"] = new(s_f32, All),
        ["PRelu"] = new(s_f32, All),
        ["IsNaN"] = new(s_floats, All),
        ["IsInf"] = new(TypeSet.Of(DataType.Float, DataType.Double), All),
        ["BitwiseNot"] = new(s_integers, All),
        ["BitwiseAnd"] = new(s_integers, All),
        ["BitwiseOr"] = new(s_integers, All),
        ["BitwiseXor"] = new(s_integers, All),
        ["Softmax"] = new(s_floats, All),
        ["LogSoftmax"] = new(s_floats, All),
        ["Det"] = new(s_f32, All),
        ["NonZero"] = new(s_f32 + TypeSet.Of(DataType.UInt8, DataType.Int32, DataType.Int64, DataType.Bool), All),
        ["GlobalAveragePool"] = new(s_f32, All),
        ["GlobalMaxPool"] = new(s_f32, All),
        ["Add"] = new(s_numbers, All),
        ["Sub"] = new(s_numbers, All),
        ["Mul"] = new(s_numbers, All),
        ["Div"] = new(s_numbers, All),
        ["Mod"] = new(s_numbers, All),
        ["Pow"] = new(s_wide, All),
        ["Max"] = new(s_ordered, All),
        ["Min"] = new(s_ordered, All),
        ["Clip"] = new(s_ordered, All),
        ["Equal"] = new(s_everything, All),
        ["Less"] = new(s_numbers, All),
        ["Greater"] = new(s_numbers, All),
        ["LessOrEqual"] = new(s_numbers, All),
        ["GreaterOrEqual"] = new(s_numbers, All),
        ["Where"] = new(s_wide + s_bytes + TypeSet.Of(DataType.UInt32), All),
        ["ReduceSum"] = new(s_wide, 1),
        ["ReduceMean"] = new(s_wide, 1),
        ["ReduceProd"] = new(s_wide, 1),
        ["ReduceMax"] = new(s_wide + s_bytes, 1),
        ["ReduceMin"] = new(s_wide + s_bytes, 1),
        ["ReduceL1"] = new(s_wide, 1),
        ["ReduceL2"] = new(s_wide, 1),
        ["ReduceSumSquare"] = new(s_wide, 1),
        ["ReduceLogSumExp"] = new(s_floats, 1),
        ["ArgMax"] = new(s_wide + s_bytes, 1),
        ["ArgMin"] = new(s_wide + s_bytes, 1),
        ["CumSum"] = new(s_wide, 1),
        ["TopK"] = new(s_wide + TypeSet.Of(DataType.Int8, DataType.UInt8), 1),
        ["Unique"] = new(s_floats + TypeSet.Of(DataType.Int8, DataType.Int64), 1),
        ["MatMul"] = new(s_wide + TypeSet.Of(DataType.UInt32, DataType.UInt64), All),
        ["Gemm"] = new(s_floats, All),
        ["Einsum"] = new(s_wide, All),
        ["Conv"] = new(s_f32, All),
        ["ConvTranspose"] = new(s_f32, All),
        ["MaxPool"] = new(s_floats + s_bytes, All),
        ["AveragePool"] = new(s_f32, All),
        ["BatchNormalization"] = new(s_floats, All),
        ["InstanceNormalization"] = new(s_f32, All),
        ["LayerNormalization"] = new(s_floats, All),
        ["Pad"] = new(s_ordered + TypeSet.Of(DataType.Bool), 1),
        ["Trilu"] = new(s_wide + TypeSet.Of(DataType.Bool), 1),
        ["Range"] = new(TypeSet.Of(DataType.Float, DataType.Double, DataType.Int16, DataType.Int32, DataType.Int64), All),
        ["Resize"] = new(s_f32 + s_bytes + TypeSet.Of(DataType.Int32), 1),
        ["GridSample"] = new(s_f32, All),
        ["DepthToSpace"] = new(s_floats + s_bytes, All),
        ["Col2Im"] = new(s_f32, 1),
        ["LSTM"] = new(s_floats, All),
        ["GRU"] = new(s_floats, All),
        ["RNN"] = new(s_f32, All),
        ["Sum"] = new(s_floats, All),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private const int All = int.MaxValue;

    /// <summary>Types in which the operator runs; null where it runs in every type.</summary>
    public static KernelTypeRow? Of(string op) => s_rows.GetValueOrDefault(op);

    /// <summary>Types to try instead of one without a kernel, the nearest first.</summary>
    public static ReadOnlySpan<DataType> Substitutes(DataType type) => type switch
    {
        DataType.Bool => [DataType.UInt8, DataType.Int32, DataType.Float],
        DataType.Int8 or DataType.UInt8 or DataType.Int16 or DataType.UInt16 => [DataType.Int32, DataType.Float],
        DataType.Int32 => [DataType.Int64, DataType.Double, DataType.Float],
        DataType.UInt32 => [DataType.Int64, DataType.Double, DataType.Float],
        DataType.Int64 or DataType.UInt64 => [DataType.Int64, DataType.Double, DataType.Float],
        DataType.Float16 => [DataType.Float],
        DataType.Double => [DataType.Float],
        _ => [DataType.Float],
    };
}

/// <summary>Types in which an operator runs.</summary>
/// <param name="Types">The types.</param>
/// <param name="Inputs">How many leading inputs have that type.</param>
internal sealed record KernelTypeRow(TypeSet Types, int Inputs);
