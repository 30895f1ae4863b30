using Onnx.Model;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Quantization. QUANTIZE and DEQUANTIZE are added as the model has them; a later pass makes integer operators of what stands between.</summary>
internal static class QuantizationLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("QuantizeLinear", Quantize) { Types = "float to int8, uint8, int16", Builtins = "QUANTIZE, or DIV, ROUND, ADD, MAXIMUM, MINIMUM, CAST", Limits = "constant parameters" },
        new("DequantizeLinear", Dequantize) { Types = "int8, uint8, int16, int4, uint4, int32 to float", Builtins = "DEQUANTIZE, CAST, SUB, MUL" },
        new("DynamicQuantizeLinear", DynamicQuantization.Lower) { Types = "float to uint8", Builtins = "REDUCE_MAX, REDUCE_MIN, SUB, DIV, ROUND, ADD, CAST" },
        new("QLinearConv", QLinearConv) { Types = "int8, uint8", Builtins = "as DequantizeLinear, Conv, QuantizeLinear", Limits = "constant parameters" },
        new("QLinearMatMul", QLinearMatMul) { Types = "int8, uint8", Builtins = "as DequantizeLinear, MatMul, QuantizeLinear", Limits = "constant parameters" },
        new("MatMulInteger", MatMulInteger) { Types = "int8, uint8", Builtins = "CAST, SUB, BATCH_MATMUL, FULLY_CONNECTED", Limits = "sums that float32 holds exactly" },
        Linear("QLinearAdd", (n, a, b) => n.B.Plus(a, b)) with { Builtins = "as DequantizeLinear, Add, QuantizeLinear" },
        Linear("QLinearMul", (n, a, b) => n.B.Times(a, b)) with { Builtins = "as DequantizeLinear, Mul, QuantizeLinear" },
        Unary("QLinearSigmoid", (n, x) => n.B.Logistic(x)),
        Unary("QLinearLeakyRelu", (n, x) => ActivationLowerings.Leaky(n.B, x, n.Node.Float("alpha", 0.01f))),
        Unary("QLinearGlobalAveragePool", (n, x) => n.B.Mean(x, [.. Enumerable.Range(2, x.Rank - 2)])),
        Unary("QLinearAveragePool", (n, x) => AveragePool.Apply(n, x, n.Node.Int("count_include_pad", 0) != 0, clipOverhang: true)),
    ];

    private static OperatorLowering Linear(string name, Func<LoweringNode, Tensor, Tensor, Tensor> function) => new(name, n =>
    {
        Tensor a = LinearQuantization.Dequantize(n, 0, 1, 2, axis: null), b = LinearQuantization.Dequantize(n, 3, 4, 5, axis: null);
        n.Out(0, LinearQuantization.Quantize(n, function(n, a, b), 6, 7, n.OutFact(0).Type, axis: null));
    })
    {
        Domain = OnnxDomain.Microsoft,
        Opsets = "1",
        Types = "int8, uint8",
    };

    private static OperatorLowering Unary(string name, Func<LoweringNode, Tensor, Tensor> function) => new(name, n =>
    {
        var x = LinearQuantization.Dequantize(n, 0, 1, 2, axis: null);
        n.Out(0, LinearQuantization.Quantize(n, function(n, x), 3, 4, n.OutFact(0).Type, axis: null));
    })
    {
        Domain = OnnxDomain.Microsoft,
        Opsets = "1",
        Types = "int8, uint8",
        Builtins = "as DequantizeLinear, the float operator, QuantizeLinear",
    };

    private static void Quantize(LoweringNode n) => n.Out(0, LinearQuantization.Quantize(n, n.In(0), 1, 2, n.OutFact(0).Type, (int)n.Node.Int("axis", 1)));

    private static void Dequantize(LoweringNode n) => n.Out(0, LinearQuantization.Dequantize(n, 0, 1, 2, (int)n.Node.Int("axis", 1)));

    private static void QLinearConv(LoweringNode n)
    {
        Tensor x = LinearQuantization.Dequantize(n, 0, 1, 2, axis: null), w = LinearQuantization.Dequantize(n, 3, 4, 5, axis: 0);
        var bias = n.Has(8) ? LinearQuantization.Bias(n, 8, 1, 4) : null;
        n.Out(0, LinearQuantization.Quantize(n, Convolution.Apply(n, x, w, bias, n.OutShape(0)[2..]), 6, 7, n.OutFact(0).Type, axis: null));
    }

    private static void QLinearMatMul(LoweringNode n)
    {
        Tensor a = LinearQuantization.Dequantize(n, 0, 1, 2, axis: -2), b = LinearQuantization.Dequantize(n, 3, 4, 5, axis: -1);
        n.Out(0, LinearQuantization.Quantize(n, MatrixProduct.Of(n, a, b), 6, 7, n.OutFact(0).Type, axis: null));
    }

    private static void MatMulInteger(LoweringNode n)
    {
        Tensor a = Centred(n, 0, 2, rows: true), b = Centred(n, 1, 3, rows: false);
        n.Out(0, n.B.Cast(MatrixProduct.Exact(n, a, b, 255 * 255), TensorType.Int32));
    }

    private static Tensor Centred(LoweringNode n, int value, int zeroPoint, bool rows)
    {
        var real = n.B.Cast(n.In(value), TensorType.Float32);
        if (!n.Has(zeroPoint))
        {
            return real;
        }

        var zero = n.B.Cast(n.In(zeroPoint), TensorType.Float32);
        return n.B.Minus(real, zero.Count == 1 ? n.B.Reshape(zero, []) : rows && zero.Rank == 1 ? n.B.Reshape(zero, [zero.Shape[0], 1]) : zero);
    }
}
