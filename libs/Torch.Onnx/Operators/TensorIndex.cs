using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;

namespace Torch.Onnx.Operators;

/// <summary>
/// Indexing by tensors: which dimensions are indexed, the broadcast index tensors as one of shape [broadcast..., k], and
/// the orders that bring the indexed dimensions to the front and back.
/// </summary>
internal sealed class TensorIndex
{
    private readonly OperatorCall _call;
    private readonly List<(int Axis, Value Index, int Rank)> _parts = [];

    public TensorIndex(OperatorCall call, Tensor indexed, string argument)
    {
        _call = call;
        Indexed = indexed;
        int axis = 0;
        foreach (var index in call.OptionalTensors(argument))
        {
            axis += index is null ? 1 : Add(index, axis);
        }

        if (_parts.Count == 0 || axis > indexed.Rank)
        {
            throw LoweringException.Malformed("more indices than dimensions");
        }

        int[] axes = [.. _parts.Select(part => part.Axis)];
        IsAdjacent = axes[^1] - axes[0] == axes.Length - 1;
        BroadcastRank = _parts.Max(part => part.Rank);
        Front = [.. axes.Select(dim => (long)dim), .. Rest];
    }

    public Tensor Indexed { get; }

    /// <summary>Whether the indexed dimensions follow each other: then the result has the index's dimensions in their place.</summary>
    public bool IsAdjacent { get; }

    /// <summary>Dimensions of the broadcast index tensors.</summary>
    public int BroadcastRank { get; }

    /// <summary>The order that brings the indexed dimensions to the front; a complex tensor's pair stays last.</summary>
    public long[] Front { get; }

    /// <summary>The only index, where there is one.</summary>
    public (int Axis, Value Index)? Single => _parts is [var part] ? (part.Axis, part.Index) : null;

    private IEnumerable<long> Rest =>
        BuilderShapes.Order(Indexed.Rank + (Indexed.IsComplex ? 1 : 0)).Where(axis => !_parts.Exists(part => part.Axis == axis));

    /// <summary>The position in the result of the index's first dimension.</summary>
    public int Place => IsAdjacent ? _parts[0].Axis : 0;

    /// <summary>The indices as one value of shape [broadcast..., k].</summary>
    public Value Stacked()
    {
        var b = _call.B;
        if (_parts.Count == 1)
        {
            return b.Unsqueeze(_parts[0].Index, BroadcastRank);
        }

        // All index tensors in the broadcast shape: adding zeros of the others broadcasts without knowing any size.
        var zeros = _parts.Select(part => b.Mul(Aligned(part), 0)).ToList();
        bool isSame = _parts.TrueForAll(part => part.Rank == BroadcastRank) && HaveSameSizes();
        var sum = isSame ? null : zeros.Aggregate((x, y) => b.Add(x, y));
        return b.Concat(BroadcastRank, [.. _parts.Select(part => b.Unsqueeze(sum is null ? part.Index : b.Add(Aligned(part), sum), BroadcastRank))]);
    }

    /// <summary>The order that brings [broadcast..., rest...] into the result's order.</summary>
    public long[] ToResult()
    {
        int total = BroadcastRank + Rest.Count();
        var order = Enumerable.Range(BroadcastRank, total - BroadcastRank).Select(axis => (long)axis).ToList();
        order.InsertRange(Place, BuilderShapes.Order(BroadcastRank));
        return [.. order];
    }

    private readonly List<SymInt[]> _sizes = [];

    private bool HaveSameSizes() => _sizes.TrueForAll(sizes => sizes.AsSpan().SequenceEqual(_sizes[0]));

    private Value Aligned((int Axis, Value Index, int Rank) part) => _call.B.Unsqueeze(part.Index, BuilderShapes.Order(BroadcastRank - part.Rank));

    // A mask stands for the positions of its true elements, one index for each of its dimensions.
    private int Add(Tensor index, int axis)
    {
        var b = _call.B;
        if (index.Type is not (ScalarType.Bool or ScalarType.Byte))
        {
            _parts.Add((axis, b.Cast(index.Value, DataType.Int64), index.Rank));
            _sizes.Add(index.Sizes);
            return 1;
        }

        if (index.Rank == 0)
        {
            throw LoweringException.Argument("indexing by a single bool is not mapped");
        }

        var positions = b.Op("NonZero", index.Value);
        for (int i = 0; i < index.Rank; i++)
        {
            _parts.Add((axis + i, b.Select(positions, 0, i), 1));
            _sizes.Add([new SymInt(0, $"nonzero {axis}")]);
        }

        return index.Rank;
    }
}
