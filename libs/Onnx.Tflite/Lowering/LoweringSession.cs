using Onnx.Model;
using Onnx.Tflite.Building;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>What the lowering of all graphs of a model shares.</summary>
internal sealed class LoweringSession(ConvertOptions options, CancellationToken cancellation)
{
    public ConvertOptions Options => options;

    public CancellationToken Cancellation => cancellation;

    public NameSource Names { get; } = new();

    public ConstantPool Constants { get; } = new();

    public List<ConversionRefusal> Refusals { get; } = [];

    public List<string> Warnings { get; } = [];

    public void Refuse(NodeProto node, string name, RefusedException refusal) =>
        Refusals.Add(new ConversionRefusal(refusal.Code, name, node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}", refusal.Message, refusal.Advice));

    /// <summary>Says once that doubles are mostly rounded.</summary>
    public TensorType NoteFloat64()
    {
        const string Warning = "float64 values stay exact only in sums, products, maxima, minima and data movement; everything else is computed in float32";
        if (!Warnings.Contains(Warning))
        {
            Warnings.Add(Warning);
        }

        return TensorType.Float64;
    }
}
