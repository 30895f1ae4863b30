using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Recurrent networks, and single steps of them.</summary>
internal static class RecurrentOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Many("lstm.input", "LSTM (Scan with projections)", c => RecurrentStack.Lower(c, RecurrentKind.Lstm)),
        Many("gru.input", "GRU", c => RecurrentStack.Lower(c, RecurrentKind.Gru)),
        Many("rnn_tanh.input", "RNN", c => RecurrentStack.Lower(c, RecurrentKind.Tanh)),
        Many("rnn_relu.input", "RNN", c => RecurrentStack.Lower(c, RecurrentKind.Relu)),
        Many("lstm_cell", "Gemm, Sigmoid, Tanh", LstmCell),
        Of("gru_cell", "Gemm, Sigmoid, Tanh", GruCell),
        Of("rnn_tanh_cell", "Gemm, Tanh", c => c.B.Op("Tanh", c.B.Add(OfInput(c), OfState(c, "hx")))),
        Of("rnn_relu_cell", "Gemm, Relu", c => c.B.Op("Relu", c.B.Add(OfInput(c), OfState(c, "hx")))),
    ];

    /// <summary>One step of an LSTM from its gates [batch, 4 * hidden] in PyTorch's order: input, forget, cell, output.</summary>
    public static (Value Hidden, Value Cell) LstmStep(OnnxBuilder b, Value gates, Value cell, int axis, long hidden)
    {
        var parts = b.Split(gates, axis, hidden, hidden, hidden, hidden);
        var kept = b.Mul(b.Op("Sigmoid", parts[1]), cell);
        var added = b.Mul(b.Op("Sigmoid", parts[0]), b.Op("Tanh", parts[2]));
        var next = b.Add(kept, added);
        return (b.Mul(b.Op("Sigmoid", parts[3]), b.Op("Tanh", next)), next);
    }

    private static Value OfInput(OperatorCall c) =>
        LinearOperators.Linear(c.B, c.InResultType("input"), c.Real("input").Rank, c.InResultType("w_ih"), 2, c.OptionalInResultType("b_ih"));

    private static Value OfState(OperatorCall c, string name) =>
        LinearOperators.Linear(c.B, c.InResultType(name), c.Real(name).Rank, c.InResultType("w_hh"), 2, c.OptionalInResultType("b_hh"));

    private static Value?[] LstmCell(OperatorCall c)
    {
        var state = c.Tensors("hx");
        var fromState = LinearOperators.Linear(c.B, state[0].Value, state[0].Rank, c.InResultType("w_hh"), 2, c.OptionalInResultType("b_hh"));
        var (hidden, cell) = LstmStep(c.B, c.B.Add(OfInput(c), fromState), state[1].Value, state[0].Rank - 1, Hidden(c));
        return [hidden, cell];
    }

    private static Value GruCell(OperatorCall c)
    {
        var b = c.B;
        int axis = c.Real("hx").Rank - 1;
        long hidden = Hidden(c);
        var x = b.Split(OfInput(c), axis, hidden, hidden, hidden);
        var h = b.Split(OfState(c, "hx"), axis, hidden, hidden, hidden);
        var reset = b.Op("Sigmoid", b.Add(x[0], h[0]));
        var update = b.Op("Sigmoid", b.Add(x[1], h[1]));
        var candidate = b.Op("Tanh", b.Add(x[2], b.Mul(reset, h[2])));
        return b.Add(candidate, b.Mul(update, b.Sub(c.InResultType("hx"), candidate)));
    }

    private static long Hidden(OperatorCall c) => c.Real("w_hh").StaticSize(1, "the weights");
}
