using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>Weights and settings of one direction of a recurrent layer.</summary>
internal sealed class RecurrentDirection
{
    private readonly LoweringNode _n;
    private readonly RecurrentCell _cell;
    private readonly int _index;
    private readonly string[] _activations;
    private readonly float[] _alphas;
    private readonly float[] _betas;
    private readonly Tensor _stateWeights;
    private readonly Tensor? _stateBias;

    public RecurrentDirection(LoweringNode n, RecurrentCell cell, int index, int count, long hidden)
    {
        (_n, _cell, _index, Hidden) = (n, cell, index, hidden);
        LinearBeforeReset = n.Node.Int("linear_before_reset", 0) != 0;
        InputForget = n.Node.Int("input_forget", 0) != 0;
        string[] named = n.Node.Attribute("activations")?.Texts ?? [.. Enumerable.Range(0, count).SelectMany(_ => cell.Activations)];
        int each = cell.Activations.Count;
        if (named.Length != each * count)
        {
            throw n.Invalid($"{named.Length} activations for {count} directions");
        }

        _activations = named[(index * each)..((index + 1) * each)];
        _alphas = n.Node.Attribute("activation_alpha")?.Floats ?? [];
        _betas = n.Node.Attribute("activation_beta")?.Floats ?? [];
        InputWeights = OfDirection(1);
        _stateWeights = OfDirection(2);
        var (input, state) = cell.Bias(this, LinearBeforeReset);
        (TotalInputBias, _stateBias) = (input, state);
    }

    public GraphBuilder B => _n.B;

    public long Hidden { get; }

    public bool LinearBeforeReset { get; }

    public bool InputForget { get; }

    /// <summary>[gates * hidden, input].</summary>
    public Tensor InputWeights { get; }

    /// <summary>Bias that goes into the product of the inputs.</summary>
    public Tensor TotalInputBias { get; }

    /// <summary>ONNX's Wb.</summary>
    public Tensor InputBias => HalfBias(0);

    /// <summary>ONNX's Rb.</summary>
    public Tensor StateBias => HalfBias(1);

    /// <summary>Product of a state with all its weights, or with some gates'.</summary>
    public Tensor Recur(Tensor state, int firstGate = 0, int gates = 0)
    {
        int count = gates == 0 ? _cell.Gates : gates;
        var weights = count == _cell.Gates ? _stateWeights : B.Slice(_stateWeights, 0, firstGate * Hidden, count * Hidden);
        Tensor? bias = _stateBias is null ? null : count == _cell.Gates ? _stateBias : B.Slice(_stateBias, 0, firstGate * Hidden, count * Hidden);
        return RecurrentProduct.Of(B, state, weights, bias);
    }

    /// <summary>The part of a sum over all gates that belongs to one.</summary>
    public Tensor Gate(Tensor sum, int gate) => _cell.Gates == 1 ? sum : Part(sum, gate);

    public Tensor Part(Tensor sum, int at) => B.Slice(sum, sum.Rank - 1, at * Hidden, Hidden);

    /// <summary>Peephole weights of a gate (ONNX's P, order i, o, f); null where there are none.</summary>
    public Tensor? Peephole(int gate) =>
        _n.Has(7) ? B.Reshape(B.Slice(B.Slice(_n.In(7), 0, _index, 1), 1, gate * Hidden, Hidden), [1, Hidden]) : null;

    public Tensor Activate(int which, Tensor x)
    {
        float clip = _n.Node.Float("clip", 0);
        var bounded = clip > 0 && !(which == 2) ? ActivationLowerings.Clamp(B, x, -clip, clip) : x;
        return RecurrentActivation.Apply(_n, _activations[which], bounded, Parameter(_alphas, which), Parameter(_betas, which));
    }

    // Parameters are listed only for activations that have some, in order, over all directions.
    private float? Parameter(float[] values, int which)
    {
        int at = Enumerable.Range(0, which).Count(i => RecurrentActivation.HasParameters(_activations[i])) + (_index * _activations.Count(RecurrentActivation.HasParameters));
        return RecurrentActivation.HasParameters(_activations[which]) && at < values.Length ? values[at] : null;
    }

    private Tensor OfDirection(int input)
    {
        var all = _n.In(input);
        return B.Squeeze(B.Slice(all, 0, _index, 1), 0);
    }

    private Tensor HalfBias(int half)
    {
        long rows = _cell.Gates * Hidden;
        return _n.Has(3)
            ? B.Reshape(B.Slice(B.Slice(_n.In(3), 0, _index, 1), 1, half * rows, rows), [rows])
            : B.Floats([rows], new float[rows]);
    }
}

/// <summary>Products with weights that may be constants or inputs.</summary>
internal static class RecurrentProduct
{
    public static Tensor Of(GraphBuilder b, Tensor x, Tensor weights, Tensor? bias) => MatrixLowerings.IsStationary(weights)
        ? bias is null or { IsConstant: true } ? b.FullyConnected(x, weights, bias) : b.Plus(b.FullyConnected(x, weights, null), bias)
        : bias is null ? b.BatchMatMul(x, weights, adjointB: true) : b.Plus(b.BatchMatMul(x, weights, adjointB: true), bias);
}
