namespace Onnx.Model.Analysis;

/// <summary>The parts of a Scan node (opset 9 and later).</summary>
public sealed record ScanForm
{
    private readonly long[]? _inputAxes;
    private readonly long[]? _inputDirections;
    private readonly long[]? _outputAxes;
    private readonly long[]? _outputDirections;

    private ScanForm(NodeProto node, GraphProto body)
    {
        Body = body;
        ScanInputs = (int)node.Int("num_scan_inputs", 0);
        StateCount = node.Inputs.Count - ScanInputs;
        ScanOutputs = body.Outputs.Count - StateCount;
        _inputAxes = node.Ints("scan_input_axes");
        _inputDirections = node.Ints("scan_input_directions");
        _outputAxes = node.Ints("scan_output_axes");
        _outputDirections = node.Ints("scan_output_directions");
    }

    /// <summary>The body: states and slices in, states and slices out.</summary>
    public GraphProto Body { get; }

    /// <summary>Number of loop-carried states.</summary>
    public int StateCount { get; }

    /// <summary>Number of inputs that are scanned.</summary>
    public int ScanInputs { get; }

    /// <summary>Number of outputs that collect slices.</summary>
    public int ScanOutputs { get; }

    /// <summary>Reads the node.</summary>
    /// <exception cref="OnnxGraphException">Its numbers do not fit its body.</exception>
    public static ScanForm Of(NodeProto node)
    {
        var form = new ScanForm(node, node.Attribute("body")?.Graph ?? throw new OnnxGraphException(GraphError.InvalidNode, "attribute body is missing"));
        return form.StateCount >= 0 && form.ScanOutputs >= 0 && form.Body.Inputs.Count == node.Inputs.Count
            ? form
            : throw new OnnxGraphException(GraphError.InvalidNode, "num_scan_inputs does not fit the inputs and outputs of the body");
    }

    /// <summary>The axis along which scan input <paramref name="i"/> is read.</summary>
    public int InputAxis(int i, int rank) => Positive(_inputAxes, i, rank);

    /// <summary>Whether scan input <paramref name="i"/> is read from its end.</summary>
    public bool InputReversed(int i) => _inputDirections is not null && i < _inputDirections.Length && _inputDirections[i] == 1;

    /// <summary>The axis along which scan output <paramref name="i"/> is stacked; may be negative.</summary>
    public long OutputAxis(int i) => _outputAxes is not null && i < _outputAxes.Length ? _outputAxes[i] : 0;

    /// <summary>Whether scan output <paramref name="i"/> is filled from its end.</summary>
    public bool OutputReversed(int i) => _outputDirections is not null && i < _outputDirections.Length && _outputDirections[i] == 1;

    private static int Positive(long[]? axes, int i, int rank)
    {
        long axis = axes is not null && i < axes.Length ? axes[i] : 0;
        axis = axis < 0 ? axis + rank : axis;
        return axis >= 0 && axis < rank ? (int)axis : throw new OnnxGraphException(GraphError.InvalidNode, $"scan axis {axis} does not exist in rank {rank}");
    }
}
