using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>A WHILE in the making: values that each turn takes from the one before, and buffers that the turns fill.</summary>
internal sealed class WhileAssembly
{
    private const int WhileTable = 93;

    private readonly LoweringNode _n;
    private readonly Captures _captures = new();
    private readonly List<Tensor> _initial = [];

    public WhileAssembly(LoweringNode n, AnalyzedGraph source)
    {
        _n = n;
        Condition = new BodyLowering(n, source, "condition", _captures);
        Body = new BodyLowering(n, source, "body", _captures);
    }

    public BodyLowering Condition { get; }

    public BodyLowering Body { get; }

    /// <summary>What appends operators to the body.</summary>
    public GraphBuilder Inside => Body.Lowering.Builder;

    /// <summary>Adds a carried value.</summary>
    /// <param name="name">Its name in the body.</param>
    /// <param name="initial">What the first turn takes.</param>
    /// <returns>The tensor inside the body.</returns>
    public Tensor Carry(string name, Tensor initial)
    {
        var shape = ControlFlowLowerings.Known(initial.Shape, $"the carried value '{name}'");
        _initial.Add(initial);
        Condition.AddInput(name, initial.Type, shape);
        return Body.AddInput(name, initial.Type, shape);
    }

    /// <summary>Adds the number of the turn: a scalar of 32 bits, or what a body asks for.</summary>
    public Tensor CarryIndex(string name, TensorType type) => Carry(name, _n.B.Number(type, 0));

    /// <summary>The next number of the turn.</summary>
    public Tensor Next(Tensor index) => Inside.Plus(index, 1);

    /// <summary>Adds a buffer of as many slices as there are turns, and puts this turn's slice at its place.</summary>
    /// <param name="slice">What a turn gives.</param>
    /// <param name="at">The place, a scalar.</param>
    /// <param name="turns">Number of turns.</param>
    public Tensor Collect(Tensor slice, Tensor at, long turns)
    {
        if (slice.Type is not (TensorType.Float32 or TensorType.Int32 or TensorType.Int64))
        {
            throw new RefusedException(ReasonCode.UnsupportedType, $"a loop collects values of {slice.Type.Name()}, for which DYNAMIC_UPDATE_SLICE has no kernel", "cast to float32 or int32 in the body");
        }

        SymInt[] shape = [turns, .. ControlFlowLowerings.Known(slice.Shape, "a collected value")];
        var dims = _n.B.Int32s(shape.Select(dim => (int)dim.Value));
        var buffer = Carry(_n.B.Names.Fresh(_n.B.Origin), _n.B.Fill(dims, _n.B.Number(slice.Type, 0), shape));
        int[] first = new int[shape.Length];
        first[0] = 1;
        var start = Inside.Times(Inside.Reshape(Inside.Cast(at, TensorType.Int32), [1]), Inside.Int32s(first));
        return Inside.Add(BuiltinOperator.DynamicUpdateSlice, new EmptyOptions(117), [buffer, Inside.Reshape(slice, [1, .. slice.Shape]), start], slice.Type, shape);
    }

    /// <summary>Adds the WHILE.</summary>
    /// <param name="next">What each turn hands on, in the order of the carried values.</param>
    /// <param name="goesOn">Whether another turn follows; a scalar in the condition.</param>
    /// <returns>The carried values after the last turn.</returns>
    public Tensor[] Emit(IReadOnlyList<Tensor> next, Tensor goesOn)
    {
        for (int i = 0; i < next.Count; i++)
        {
            Body.AddOutput(next[i], _initial[i].Type, _initial[i].Shape);
        }

        Condition.AddOutput(goesOn, TensorType.Bool, []);
        Condition.TakeCaptures();
        Body.TakeCaptures();
        Body.HandOnCaptures();
        List<Tensor> inputs = [.. _initial, .. _captures.Tensors];
        return ControlFlowLowerings.Add(_n, BuiltinOperator.While, new BodyOptions(WhileTable), inputs, inputs.Select(input => (input.Type, input.Shape)), [Condition, Body]);
    }
}
