namespace Onnx.Tflite.Lowering;

/// <summary>Recurrent layers, written out step by step: states are inputs and outputs as ONNX has them, and nothing is remembered between runs.</summary>
internal static class RecurrentLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("RNN", n => RecurrentLayer.Lower(n, new RnnCell())) { Builtins = "FULLY_CONNECTED, ADD, TANH, SLICE, CONCATENATION, SELECT_V2, WHILE", Limits = "known sequence length" },
        new("GRU", n => RecurrentLayer.Lower(n, new GruCell())) { Builtins = "FULLY_CONNECTED, ADD, MUL, SUB, LOGISTIC, TANH, SLICE, CONCATENATION, SELECT_V2, WHILE", Limits = "known sequence length" },
        new("LSTM", n => RecurrentLayer.Lower(n, new LstmCell())) { Builtins = "FULLY_CONNECTED, ADD, MUL, LOGISTIC, TANH, SLICE, CONCATENATION, SELECT_V2, WHILE", Limits = "known sequence length" },
    ];
}
