namespace Onnx.Model.Analysis.Rules;

/// <summary>Quantisation.</summary>
internal static class QuantizationRules
{
    public static void Quantize(InferenceNode n)
    {
        var declared = (DataType)n.Node.Int("output_dtype", 0);
        n.Out(0, n.Has(2) ? n.Type(2) : declared == DataType.Undefined ? DataType.UInt8 : declared, n.Shape(0));
    }

    public static void Dequantize(InferenceNode n)
    {
        var declared = (DataType)n.Node.Int("output_dtype", 0);
        n.Out(0, declared == DataType.Undefined ? n.Type(1) : declared, n.Shape(0));
    }

    public static void DynamicQuantize(InferenceNode n)
    {
        n.Out(0, DataType.UInt8, n.Shape(0));
        n.Out(1, DataType.Float, []);
        n.Out(2, DataType.UInt8, []);
    }

    public static void QLinearBinary(InferenceNode n) => n.Out(0, n.Type(0), Broadcasting.Combine(n.Shape(0), n.Shape(3)));

    public static void QLinearConcat(InferenceNode n)
    {
        // Inputs: scale and zero point of the result, then value, scale, zero point of each operand.
        var shape = n.Shape(2).ToArray();
        int axis = n.Axis("axis", 1, shape.Length);
        for (int i = 5; i < n.InputCount; i += 3)
        {
            shape[axis] += n.Shape(i)[axis];
        }

        n.Out(0, n.Type(2), shape);
    }
}
