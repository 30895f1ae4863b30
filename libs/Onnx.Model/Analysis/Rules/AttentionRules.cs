namespace Onnx.Model.Analysis.Rules;

/// <summary>Attention (opset 23).</summary>
internal static class AttentionRules
{
    public static void Attention(InferenceNode n)
    {
        SymInt[] q = n.Shape(0), v = n.Shape(2);
        if (q.Length == 4)
        {
            n.Out(0, n.Type(0), [.. q[..3], v[3]]);
            return;
        }

        long queryHeads = n.Node.Int("q_num_heads", 0), valueHeads = n.Node.Int("kv_num_heads", 0);
        if (queryHeads < 1 || valueHeads < 1)
        {
            throw n.Invalid("q_num_heads and kv_num_heads are required for inputs of rank 3");
        }

        n.Out(0, n.Type(0), [q[0], q[1], SymInt.FloorDivide(v[2], valueHeads) * queryHeads]);
    }
}
