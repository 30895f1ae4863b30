using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>Activations that recurrent layers name.</summary>
internal static class RecurrentActivation
{
    public static bool HasParameters(string name) => name is "Affine" or "Elu" or "HardSigmoid" or "LeakyRelu" or "ScaledTanh" or "ThresholdedRelu";

    public static Tensor Apply(LoweringNode n, string name, Tensor x, float? alpha, float? beta)
    {
        var b = n.B;
        return name switch
        {
            "Sigmoid" => b.Logistic(x),
            "Tanh" => b.Tanh(x),
            "Relu" => b.Relu(x),
            "Affine" => b.Plus(b.Times(x, alpha ?? 1), beta ?? 0),
            "Elu" => ActivationLowerings.Elu(b, x, alpha ?? 1),
            "HardSigmoid" => ActivationLowerings.HardSigmoid(b, x, alpha ?? 0.2f, beta ?? 0.5f),
            "LeakyRelu" => ActivationLowerings.Leaky(b, x, alpha ?? 0.01f),
            "ScaledTanh" => b.Times(b.Tanh(b.Times(x, beta ?? 1)), alpha ?? 1),
            "Softplus" => ActivationLowerings.Softplus(b, x),
            "Softsign" => b.Over(x, b.Plus(b.Abs(x), 1)),
            "ThresholdedRelu" => b.Select(b.Greater(x, b.Float(alpha ?? 1)), x, b.Float(0)),
            _ => throw n.Unsupported($"activation '{name}'"),
        };
    }
}
