namespace Onnx.Model.Analysis.Rules;

/// <summary>Recurrent layers.</summary>
internal static class RecurrentRules
{
    public static void Rnn(InferenceNode n) => Sequence(n, cell: false);

    public static void Gru(InferenceNode n) => Sequence(n, cell: false);

    public static void Lstm(InferenceNode n) => Sequence(n, cell: true);

    private static void Sequence(InferenceNode n, bool cell)
    {
        SymInt[] x = n.Shape(0), r = n.Shape(2);
        if (x.Length != 3 || r.Length != 3)
        {
            throw n.Mismatch($"input of rank {x.Length}, recurrence weights of rank {r.Length}");
        }

        bool batchFirst = n.Node.Int("layout", 0) != 0;
        SymInt steps = x[batchFirst ? 1 : 0], batch = x[batchFirst ? 0 : 1], directions = r[0], hidden = r[2];
        n.Out(0, n.Type(0), batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]);
        SymInt[] state = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
        n.Out(1, n.Type(0), state);
        if (cell)
        {
            n.Out(2, n.Type(0), state);
        }
    }
}
