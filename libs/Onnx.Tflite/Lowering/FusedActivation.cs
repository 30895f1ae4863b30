using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>Activations that ONNX Runtime's optimizer fused into a node.</summary>
internal static class FusedActivation
{
    public static Tensor Apply(LoweringNode n, Tensor x)
    {
        float[] p = n.Node.Attribute("activation_params")?.Floats ?? [];
        return n.Node.Text("activation", "") switch
        {
            "" => x,
            "Relu" => n.B.Relu(x),
            "Sigmoid" => n.B.Logistic(x),
            "Tanh" => n.B.Tanh(x),
            "LeakyRelu" => ActivationLowerings.Leaky(n.B, x, p.Length > 0 ? p[0] : n.Node.Float("activation_alpha", 0.01f)),
            "Clip" when p.Length == 2 => ActivationLowerings.Clamp(n.B, x, p[0], p[1]),
            "HardSigmoid" when p.Length == 2 => ActivationLowerings.HardSigmoid(n.B, x, p[0], p[1]),
            var other => throw n.Unsupported($"fused activation '{other}'", "export without ONNX Runtime's graph optimizer"),
        };
    }
}
