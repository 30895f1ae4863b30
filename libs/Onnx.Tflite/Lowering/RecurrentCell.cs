using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>One step of a recurrent layer.</summary>
internal abstract class RecurrentCell
{
    /// <summary>Rows of weights for each hidden unit.</summary>
    public abstract int Gates { get; }

    /// <summary>1, or 2 with a cell state beside the hidden one.</summary>
    public virtual int States => 1;

    /// <summary>Default activations of one direction.</summary>
    public abstract IReadOnlyList<string> Activations { get; }

    /// <summary>Bias vectors: how the two halves of ONNX's B go into the sums over the input and over the state.</summary>
    /// <param name="direction">The direction.</param>
    /// <param name="linearBeforeReset">The GRU's variant.</param>
    /// <returns>Bias of the input's product, bias of the state's product.</returns>
    public virtual (Tensor Input, Tensor? State) Bias(RecurrentDirection direction, bool linearBeforeReset) => (direction.B.Plus(direction.InputBias, direction.StateBias), null);

    /// <summary>Adds a step.</summary>
    /// <param name="direction">Weights and activations.</param>
    /// <param name="input">Product of the step's input with its weights, [batch, gates * hidden].</param>
    /// <param name="states">States before the step.</param>
    /// <returns>States after it.</returns>
    public abstract Tensor[] Step(RecurrentDirection direction, Tensor input, Tensor[] states);
}

/// <summary>h = f(Wx + Rh + b).</summary>
internal sealed class RnnCell : RecurrentCell
{
    public override int Gates => 1;

    public override IReadOnlyList<string> Activations => ["Tanh"];

    public override Tensor[] Step(RecurrentDirection direction, Tensor input, Tensor[] states) =>
        [direction.Activate(0, direction.B.Plus(input, direction.Recur(states[0])))];
}

/// <summary>Gates in the order update (z), reset (r), candidate (h).</summary>
internal sealed class GruCell : RecurrentCell
{
    public override int Gates => 3;

    public override IReadOnlyList<string> Activations => ["Sigmoid", "Tanh"];

    // With linear_before_reset the reset gate multiplies the state's product including its bias, so the halves stay apart.
    public override (Tensor Input, Tensor? State) Bias(RecurrentDirection direction, bool linearBeforeReset) =>
        linearBeforeReset ? (direction.InputBias, direction.StateBias) : base.Bias(direction, linearBeforeReset);

    public override Tensor[] Step(RecurrentDirection direction, Tensor input, Tensor[] states)
    {
        var b = direction.B;
        Tensor h = states[0];
        Tensor X(int gate) => direction.Gate(input, gate);
        Tensor candidate, update;
        if (direction.LinearBeforeReset)
        {
            var recurrent = direction.Recur(h);
            update = direction.Activate(0, b.Plus(X(0), direction.Gate(recurrent, 0)));
            var reset = direction.Activate(0, b.Plus(X(1), direction.Gate(recurrent, 1)));
            candidate = direction.Activate(1, b.Plus(X(2), b.Times(reset, direction.Gate(recurrent, 2))));
        }
        else
        {
            var gates = direction.Recur(h, 0, 2);
            update = direction.Activate(0, b.Plus(X(0), direction.Part(gates, 0)));
            var reset = direction.Activate(0, b.Plus(X(1), direction.Part(gates, 1)));
            candidate = direction.Activate(1, b.Plus(X(2), direction.Recur(b.Times(reset, h), 2, 1)));
        }

        // (1 - z) * candidate + z * h
        return [b.Plus(candidate, b.Times(update, b.Minus(h, candidate)))];
    }
}

/// <summary>Gates in the order input (i), output (o), forget (f), cell (c); states hidden and cell.</summary>
internal sealed class LstmCell : RecurrentCell
{
    public override int Gates => 4;

    public override int States => 2;

    public override IReadOnlyList<string> Activations => ["Sigmoid", "Tanh", "Tanh"];

    public override Tensor[] Step(RecurrentDirection direction, Tensor input, Tensor[] states)
    {
        var b = direction.B;
        Tensor sum = b.Plus(input, direction.Recur(states[0])), cell = states[1];
        Tensor Peep(Tensor gate, int at, Tensor state) => direction.Peephole(at) is { } weights ? b.Plus(gate, b.Times(weights, state)) : gate;
        var entry = direction.Activate(0, Peep(direction.Gate(sum, 0), 0, cell));
        var forget = direction.InputForget ? b.Minus(b.Float(1), entry) : direction.Activate(0, Peep(direction.Gate(sum, 2), 2, cell));
        var candidate = direction.Activate(1, direction.Gate(sum, 3));
        var next = b.Plus(b.Times(forget, cell), b.Times(entry, candidate));
        var exit = direction.Activate(0, Peep(direction.Gate(sum, 1), 1, next));
        return [b.Times(exit, direction.Activate(2, next)), next];
    }
}
