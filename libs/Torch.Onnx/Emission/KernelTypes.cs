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
    private static readonly FrozenDictionary<string, (TypeSet Types, int Inputs)> s_rows = new Dictionary<string, (TypeSet, int)>(StringComparer.Ordinal)
    {
        ["Abs"] = (s_numbers, All),
        ["Neg"] = (s_signed, All),
        ["Exp"] = (s_floats, All),
        ["Sin"] = (s_floats, All),
        ["Cos"] = (s_floats, All),
        ["Tan"] = (s_f32, All),
        ["Sinh"] = (s_f32, All),
        ["Cosh"] = (s_f32, All),
        ["Tanh"] = (s_floats, All),
        ["Asin"] = (s_f32, All),
        ["Acos"] = (s_f32, All),
        ["Atan"] = (s_f32, All),
        ["Asinh"] = (s_f32, All),
        ["Acosh"] = (s_f32, All),
        ["Atanh"] = (s_f32, All),
        ["Erf"] = (s_f32, All),
        ["Ceil"] = (s_floats, All),
        ["Floor"] = (s_floats, All),
        ["Round"] = (s_floats, All),
        ["Sqrt"] = (s_floats, All),
        ["Reciprocal"] = (s_floats, All),
        ["Sigmoid"] = (s_floats, All),
        ["Sign"] = (s_numbers, All),
        ["Log"] = (s_floats, All),
        ["Relu"] = (s_floats + TypeSet.Of(DataType.Int8, DataType.Int32), All),
        ["Softplus"] = (s_f32, All),
        ["Softsign"] = (s_f32, All),
        ["Elu"] = (s_f32, All),
        ["Selu"] = (s_f32, All),
        ["Celu"] = (TypeSet.Of(DataType.Float), All),
        ["LeakyRelu"] = (s_f32, All),
        ["HardSigmoid"] = (s_f32, All),
        ["HardSwish"] = (s_f32, All),
        ["Mish"] = (s_f32, All),
        ["Gelu"] = (s_f32, All),
        ["PRelu"] = (s_f32, All),
        ["IsNaN"] = (s_floats, All),
        ["IsInf"] = (TypeSet.Of(DataType.Float, DataType.Double), All),
        ["BitwiseNot"] = (s_integers, All),
        ["BitwiseAnd"] = (s_integers, All),
        ["BitwiseOr"] = (s_integers, All),
        ["BitwiseXor"] = (s_integers, All),
        ["Softmax"] = (s_floats, All),
        ["LogSoftmax"] = (s_floats, All),
        ["Det"] = (s_f32, All),
        ["NonZero"] = (s_f32 + TypeSet.Of(DataType.UInt8, DataType.Int32, DataType.Int64, DataType.Bool), All),
        ["GlobalAveragePool"] = (s_f32, All),
        ["GlobalMaxPool"] = (s_f32, All),
        ["Add"] = (s_numbers, All),
        ["Sub"] = (s_numbers, All),
        ["Mul"] = (s_numbers, All),
        ["Div"] = (s_numbers, All),
        ["Mod"] = (s_numbers, All),
        ["Pow"] = (s_wide, All),
        ["Max"] = (s_ordered, All),
        ["Min"] = (s_ordered, All),
        ["Clip"] = (s_ordered, All),
        ["Equal"] = (s_everything, All),
        ["Less"] = (s_numbers, All),
        ["Greater"] = (s_numbers, All),
        ["LessOrEqual"] = (s_numbers, All),
        ["GreaterOrEqual"] = (s_numbers, All),
        ["Where"] = (s_wide + s_bytes + TypeSet.Of(DataType.UInt32), All),
        ["ReduceSum"] = (s_wide, 1),
        ["ReduceMean"] = (s_wide, 1),
        ["ReduceProd"] = (s_wide, 1),
        ["ReduceMax"] = (s_wide + s_bytes, 1),
        ["ReduceMin"] = (s_wide + s_bytes, 1),
        ["ReduceL1"] = (s_wide, 1),
        ["ReduceL2"] = (s_wide, 1),
        ["ReduceSumSquare"] = (s_wide, 1),
        ["ReduceLogSumExp"] = (s_floats, 1),
        ["ArgMax"] = (s_wide + s_bytes, 1),
        ["ArgMin"] = (s_wide + s_bytes, 1),
        ["CumSum"] = (s_wide, 1),
        ["TopK"] = (s_wide + TypeSet.Of(DataType.Int8, DataType.UInt8), 1),
        ["Unique"] = (s_floats + TypeSet.Of(DataType.Int8, DataType.Int64), 1),
        ["MatMul"] = (s_wide + TypeSet.Of(DataType.UInt32, DataType.UInt64), All),
        ["Gemm"] = (s_floats, All),
        ["Einsum"] = (s_wide, All),
        ["Conv"] = (s_f32, All),
        ["ConvTranspose"] = (s_f32, All),
        ["MaxPool"] = (s_floats + s_bytes, All),
        ["AveragePool"] = (s_f32, All),
        ["BatchNormalization"] = (s_floats, All),
        ["InstanceNormalization"] = (s_f32, All),
        ["LayerNormalization"] = (s_floats, All),
        ["Pad"] = (s_ordered + TypeSet.Of(DataType.Bool), 1),
        ["Trilu"] = (s_wide + TypeSet.Of(DataType.Bool), 1),
        ["Range"] = (TypeSet.Of(DataType.Float, DataType.Double, DataType.Int16, DataType.Int32, DataType.Int64), All),
        ["Resize"] = (s_f32 + s_bytes + TypeSet.Of(DataType.Int32), 1),
        ["GridSample"] = (s_f32, All),
        ["DepthToSpace"] = (s_floats + s_bytes, All),
        ["Col2Im"] = (s_f32, 1),
        ["LSTM"] = (s_floats, All),
        ["GRU"] = (s_floats, All),
        ["RNN"] = (s_f32, All),
        ["Sum"] = (s_floats, All),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private const int All = int.MaxValue;

    /// <summary>Types in which the operator runs, and how many leading inputs have that type; null where every type does.</summary>
    public static (TypeSet Types, int Inputs)? Of(string op) => s_rows.TryGetValue(op, out var row) ? row : null;

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
