namespace Onnx.Tflite.Ir;

/// <summary>A graph: the main one, or a body of IF or WHILE.</summary>
internal sealed class Subgraph(string name)
{
    private readonly List<Tensor> _outputs = [];

    public string Name => name;

    public List<Tensor> Inputs { get; } = [];

    public IReadOnlyList<Tensor> Outputs => _outputs;

    /// <summary>Operators; each stands after those it reads from.</summary>
    public List<Operator> Operators { get; private set; } = [];

    public void AddOutput(Tensor tensor)
    {
        _outputs.Add(tensor);
        tensor.OutputUses++;
    }

    public void SetOutput(int i, Tensor tensor)
    {
        _outputs[i].OutputUses--;
        _outputs[i] = tensor;
        tensor.OutputUses++;
    }

    /// <summary>Lets everything that reads one tensor read another.</summary>
    public void Replace(Tensor old, Tensor replacement)
    {
        foreach (var reader in old.Readers.ToArray())
        {
            for (int i = 0; i < reader.Inputs.Count; i++)
            {
                if (ReferenceEquals(reader.Inputs[i], old))
                {
                    reader.SetInput(i, replacement);
                }
            }
        }

        for (int i = 0; i < _outputs.Count && old.OutputUses > 0; i++)
        {
            if (ReferenceEquals(_outputs[i], old))
            {
                SetOutput(i, replacement);
            }
        }
    }

    /// <summary>
    /// Drops operators that no output needs and puts the others in order: each right before its first reader wants it, in
    /// the order in which they were added otherwise.
    /// </summary>
    public void Tidy() => Operators = OperatorOrder.Sort(Operators, _outputs);

    /// <summary>This graph and all bodies inside it.</summary>
    public IEnumerable<Subgraph> WithBodies() => Operators.SelectMany(op => op.Bodies).SelectMany(body => body.WithBodies()).Prepend(this);
}
