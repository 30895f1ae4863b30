using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>Outer values that bodies of one operator read, in the order in which the bodies take them behind their own inputs.</summary>
internal sealed class Captures
{
    private readonly Dictionary<Tensor, int> _places = [];

    public List<Tensor> Tensors { get; } = [];

    public void Add(Tensor outer)
    {
        if (_places.TryAdd(outer, Tensors.Count))
        {
            Tensors.Add(outer);
        }
    }
}
