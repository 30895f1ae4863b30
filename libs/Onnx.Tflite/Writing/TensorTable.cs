using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Writing;

/// <summary>Numbers of a subgraph's tensors and of their buffers.</summary>
internal sealed class TensorTable
{
    private readonly Dictionary<Tensor, int> _numbers = [];

    public TensorTable(Subgraph graph, BufferTable buffers)
    {
        foreach (var tensor in graph.Inputs.Concat(graph.Operators.SelectMany(op => op.Inputs.OfType<Tensor>().Concat(op.Outputs))).Concat(graph.Outputs))
        {
            if (_numbers.TryAdd(tensor, Tensors.Count))
            {
                Tensors.Add(tensor);
                Buffers.Add(tensor.Data is { } data ? buffers.Add(data) : 0);
            }
        }
    }

    public List<Tensor> Tensors { get; } = [];

    public List<int> Buffers { get; } = [];

    /// <summary>A tensor's number; -1 for an absent input.</summary>
    public int this[Tensor? tensor] => tensor is null ? -1 : _numbers[tensor];
}
