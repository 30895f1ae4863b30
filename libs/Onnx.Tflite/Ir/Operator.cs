using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Ir;

/// <summary>One operator of the graph being converted.</summary>
internal sealed class Operator
{
    private readonly List<Tensor?> _inputs = [];

    public Operator(BuiltinOperator code, OperatorOptions options, IEnumerable<Tensor?> inputs, IEnumerable<Tensor> outputs, string origin)
    {
        Code = code;
        Options = options;
        Origin = origin;
        Outputs = [.. outputs];
        foreach (var output in Outputs)
        {
            output.Producer = this;
        }

        foreach (var input in inputs)
        {
            AddInput(input);
        }
    }

    public BuiltinOperator Code { get; set; }

    public OperatorOptions Options { get; set; }

    /// <summary>Tensors it reads; null stands for an absent optional one.</summary>
    public IReadOnlyList<Tensor?> Inputs => _inputs;

    public List<Tensor> Outputs { get; }

    /// <summary>Names of the ONNX nodes it came from, separated by blanks and a plus.</summary>
    public string Origin { get; set; }

    /// <summary>How far the latest <see cref="OperatorOrder"/> got with it.</summary>
    public long Mark { get; set; }

    /// <summary>Its place among the operators of the pass at work; nothing holds from one pass to the next.</summary>
    public int Place { get; set; }

    /// <summary>Bodies of IF and WHILE.</summary>
    public Subgraph[] Bodies { get; init; } = [];

    public Tensor Output => Outputs[0];

    public Tensor Input(int i) => _inputs[i] ?? throw new InvalidOperationException($"{this} has no input {i}");

    public void AddInput(Tensor? tensor)
    {
        _inputs.Add(tensor);
        Register(tensor);
    }

    public void SetInput(int i, Tensor? tensor)
    {
        Unregister(_inputs[i]);
        _inputs[i] = tensor;
        Register(tensor);
    }

    public void RemoveLastInput()
    {
        Unregister(_inputs[^1]);
        _inputs.RemoveAt(_inputs.Count - 1);
    }

    /// <summary>Takes the operator out of the graph: it reads nothing any more.</summary>
    public void Detach()
    {
        foreach (var input in _inputs)
        {
            Unregister(input);
        }

        _inputs.Clear();
    }

    public override string ToString() => $"{OperatorNames.Of(Code)} {string.Join(", ", _inputs.Select(input => input?.Name ?? "-"))} -> {string.Join(", ", Outputs)}";

    private void Register(Tensor? tensor)
    {
        if (tensor is { IsConstant: false })
        {
            tensor.Readers.Add(this);
        }
    }

    private void Unregister(Tensor? tensor)
    {
        if (tensor is { IsConstant: false })
        {
            tensor.Readers.Remove(this);
        }
    }
}
