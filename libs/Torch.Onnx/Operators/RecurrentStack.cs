using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;

namespace Torch.Onnx.Operators;

/// <summary>What tells one recurrent operator from another.</summary>
/// <param name="Op">The ONNX operator.</param>
/// <param name="Gates">PyTorch's gates in ONNX's order.</param>
/// <param name="HasCell">Whether the state has a second part.</param>
/// <param name="Activation">The activation where the operator does not fix it.</param>
internal sealed record RecurrentKind(string Op, int[] Gates, bool HasCell, string? Activation)
{
    /// <summary>PyTorch: input, forget, cell, output. ONNX: input, output, forget, cell.</summary>
    public static RecurrentKind Lstm { get; } = new("LSTM", [0, 3, 1, 2], true, null);

    /// <summary>PyTorch: reset, update, new. ONNX: update, reset, hidden.</summary>
    public static RecurrentKind Gru { get; } = new("GRU", [1, 0, 2], false, null);

    public static RecurrentKind Tanh { get; } = new("RNN", [0], false, "Tanh");

    public static RecurrentKind Relu { get; } = new("RNN", [0], false, "Relu");
}

/// <summary>The weights of one layer in one direction.</summary>
/// <param name="Input">Weights of the input [gates * hidden, size].</param>
/// <param name="State">Weights of the state [gates * hidden, state size].</param>
/// <param name="InputBias">Bias [gates * hidden], or null.</param>
/// <param name="StateBias">Bias [gates * hidden], or null.</param>
/// <param name="Projection">Weights [projected, hidden] that make the state of the cell's output, or null.</param>
internal sealed record RecurrentWeights(Value Input, Value State, Value? InputBias, Value? StateBias, Value? Projection);

/// <summary>Layers of a recurrent operator, each in one or two directions.</summary>
internal sealed class RecurrentStack
{
    private readonly OperatorCall _c;
    private readonly OnnxBuilder _b;
    private readonly RecurrentKind _kind;
    private readonly int _directions;
    private readonly long _hidden;
    private readonly DataType _type;

    private RecurrentStack(OperatorCall c, RecurrentKind kind)
    {
        _c = c;
        _b = c.B;
        _kind = kind;
        _directions = c.Bool("bidirectional") ? 2 : 1;
        var weights = c.Tensors("params");
        _hidden = weights.Length > 1 ? weights[1].StaticSize(0, "the weights") / kind.Gates.Length : throw LoweringException.Malformed("a recurrent layer without weights");
        // Runtimes have these operators for float alone.
        _type = DataType.Float;
        if (c.ResultType() == DataType.Double)
        {
            _b.PendingWarning = $"{kind.Op} on float64 is computed in float32: runtimes have no kernel for it";
        }
    }

    /// <summary>Converts the call; the results are the outputs and the last states.</summary>
    public static Value?[] Lower(OperatorCall c, RecurrentKind kind)
    {
        if (c.Bool("train") && c.Float("dropout") != 0)
        {
            throw ActivationOperators.Training("dropout between the layers");
        }

        return new RecurrentStack(c, kind).Run();
    }

    private Value?[] Run()
    {
        var input = _c.Real("input");
        bool isUnbatched = input.Rank == 2;
        bool batchFirst = _c.Bool("batch_first") && !isUnbatched;
        var x = _b.Cast(input.Value, _type);
        x = isUnbatched ? _b.Unsqueeze(x, 1) : batchFirst ? _b.Transpose(x, 1, 0, 2) : x;
        var states = States(isUnbatched);
        var layers = Layers();
        var last = states.Select(_ => new List<Value>()).ToArray();
        for (int layer = 0; layer < layers.Length; layer++)
        {
            long first = layer * _directions;
            var results = Layer(x, layers[layer], Array.ConvertAll(states, state => _b.Slice(state, 0, first, first + _directions)));
            x = results[0];
            for (int i = 0; i < last.Length; i++)
            {
                last[i].Add(results[i + 1]);
            }
        }

        var output = isUnbatched ? _b.Squeeze(x, 1) : batchFirst ? _b.Transpose(x, 1, 0, 2) : x;
        var final = last.Select(parts => _b.Concat(0, [.. parts])).Select(state => isUnbatched ? _b.Squeeze(state, 1) : state);
        return [_b.Cast(output, _c.ResultType()), .. final.Select(state => _b.Cast(state, _c.ResultType()))];
    }

    private Value[] States(bool isUnbatched)
    {
        var given = _kind.HasCell ? _c.Tensors("hx") : [_c.Real("hx")];
        if (given.Length != (_kind.HasCell ? 2 : 1))
        {
            throw LoweringException.Malformed($"{given.Length} states");
        }

        return Array.ConvertAll(given, state => _b.Cast(isUnbatched ? _b.Unsqueeze(state.Value, 1) : state.Value, _type));
    }

    private RecurrentWeights[][] Layers()
    {
        var weights = Array.ConvertAll(_c.Tensors("params"), weight => _b.Cast(weight.Value, _type));
        long count = _c.Int("num_layers");
        int biases = _c.Bool("has_biases") ? 2 : 0;
        long each = count is > 0 and < 10_000 ? weights.Length / (count * _directions) : 0;
        if (each * count * _directions != weights.Length || each < 2 + biases || each > 3 + biases)
        {
            throw LoweringException.Malformed($"{weights.Length} weights for {count} layers");
        }

        var layers = new RecurrentWeights[count][];
        int next = 0;
        for (int layer = 0; layer < layers.Length; layer++)
        {
            layers[layer] = new RecurrentWeights[_directions];
            for (int direction = 0; direction < _directions; direction++, next += (int)each)
            {
                layers[layer][direction] = new RecurrentWeights(
                    weights[next], weights[next + 1], biases > 0 ? weights[next + 2] : null, biases > 0 ? weights[next + 3] : null, each > 2 + biases ? weights[next + 2 + biases] : null);
            }
        }

        return layers;
    }

    // The outputs [time, batch, directions * size], then the last states [directions, batch, size].
    private Value[] Layer(Value x, RecurrentWeights[] directions, Value[] states)
    {
        if (directions[0].Projection is not null)
        {
            return Projected(x, directions, states);
        }

        var results = _b.Ops(_kind.Op, Inputs(x, directions, states), [_type, .. states.Select(_ => _type)], Attributes());
        var output = _directions == 1 ? _b.Squeeze(results[0], 1) : _b.Reshape(_b.Transpose(results[0], 0, 2, 1, 3), 0, 0, _directions * _hidden);
        return [output, .. results[1..]];
    }

    private Value?[] Inputs(Value x, RecurrentWeights[] directions, Value[] states)
    {
        Value Stacked(Func<RecurrentWeights, Value> select) => _b.Concat(0, [.. directions.Select(direction => _b.Unsqueeze(select(direction), 0))]);
        var biases = directions[0].InputBias is null ? null : Stacked(weights => _b.Concat(0, InOrder(weights.InputBias!), InOrder(weights.StateBias!)));
        return [x, Stacked(weights => InOrder(weights.Input)), Stacked(weights => InOrder(weights.State)), biases, null, .. states];
    }

    private AttributeProto[] Attributes()
    {
        var attributes = new List<AttributeProto> { Attr.From("hidden_size", _hidden) };
        if (_directions == 2)
        {
            attributes.Add(Attr.From("direction", "bidirectional"));
        }

        if (_kind.Activation is { } activation)
        {
            attributes.Add(Attr.From("activations", _directions == 2 ? [activation, activation] : new[] { activation }));
        }

        if (_kind.Op == "GRU")
        {
            attributes.Add(Attr.From("linear_before_reset", 1));
        }

        return [.. attributes];
    }

    private Value InOrder(Value weight)
    {
        if (_kind.Gates.Length == 1)
        {
            return weight;
        }

        long[] sizes = new long[_kind.Gates.Length];
        Array.Fill(sizes, _hidden);
        var parts = _b.Split(weight, 0, sizes);
        return _b.Concat(0, [.. _kind.Gates.Select(gate => parts[gate])]);
    }

    // ONNX has no LSTM with projections: each direction is a Scan over time.
    private Value[] Projected(Value x, RecurrentWeights[] directions, Value[] states)
    {
        var results = directions.Select((weights, direction) => Scan(x, weights, Array.ConvertAll(states, state => _b.Select(state, 0, direction)), direction == 1)).ToList();
        Value Both(int result, int axis) => _b.Concat(axis, [.. results.Select(parts => parts[result])]);
        Value Stacked(int result) => _b.Concat(0, [.. results.Select(parts => _b.Unsqueeze(parts[result], 0))]);
        return [Both(2, 2), Stacked(0), Stacked(1)];
    }

    private Value[] Scan(Value x, RecurrentWeights weights, Value[] states, bool isReverse)
    {
        var fromInput = LinearOperators.Linear(_b, x, 3, weights.Input, 2, weights.InputBias);
        var body = _b.Subgraph("body", () =>
        {
            var hidden = new Value(_type) { Name = "hidden" };
            var cell = new Value(_type) { Name = "cell" };
            var step = new Value(_type) { Name = "step" };
            var gates = _b.Add(step, LinearOperators.Linear(_b, hidden, 2, weights.State, 2, weights.StateBias));
            var (output, nextCell) = RecurrentOperators.LstmStep(_b, gates, cell, 1, _hidden);
            var nextHidden = _b.Op("MatMul", output, _b.Transpose(weights.Projection!, 1, 0));
            return ([hidden, cell, step], [nextHidden, nextCell, _b.Op("Identity", nextHidden)]);
        });
        var results = Array.ConvertAll(new[] { _type, _type, _type }, type => new Value(type));
        long direction = isReverse ? 1 : 0;
        _b.Add(new NodeDraft
        {
            OpType = "Scan",
            Inputs = [states[0], states[1], fromInput],
            Outputs = results,
            Attributes = [Attr.From("num_scan_inputs", 1), Attr.From("scan_input_directions", [direction]), Attr.From("scan_output_directions", [direction])],
            Subgraphs = [("body", body)],
            Origin = _b.Origin,
        });
        return results;
    }
}
