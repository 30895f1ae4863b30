namespace Onnx.Model.Analysis.Folding;

/// <summary>Computes nodes whose inputs are all constant, within bounds; what has no kernel or is too large stays a node.</summary>
internal static class ConstantFolder
{
    private const long AlwaysAllowed = 1 << 20;
    private const long MaxElements = 1L << 26;

    /// <summary>Whether the node was computed; its outputs' facts are constants then.</summary>
    public static bool TryFold(InferenceNode n, ValueFact?[] inputs)
    {
        if (Array.TrueForAll(n.Outputs, output => output.Constant is not null))
        {
            return n.Outputs.Length > 0;
        }

        if (TryFoldElements(n))
        {
            return true;
        }

        if (Kernels.Find(n.Node) is not { } kernel || !Array.TrueForAll(inputs, fact => fact is null or { Constant: not null }) || !IsWorthIt(n, inputs))
        {
            return false;
        }

        if (kernel(n) is not { } results)
        {
            return false;
        }

        for (int i = 0; i < n.Outputs.Length && i < results.Length; i++)
        {
            n.Set(i, ValueFact.OfConstant(results[i]));
        }

        return true;
    }

    // Shape and Size know their elements from the rule alone.
    private static bool TryFoldElements(InferenceNode n)
    {
        if (n.Outputs is not [{ Elements: { } elements, Shape: { } shape } fact] || !Array.TrueForAll(elements, element => element.IsKnown))
        {
            return false;
        }

        long[] values = Array.ConvertAll(elements, element => element.Value);
        n.Set(0, ValueFact.OfConstant(TensorWriting.FromInt64s(fact.Type, Array.ConvertAll(shape, dim => dim.Value), values)));
        return true;
    }

    private static bool IsWorthIt(InferenceNode n, ValueFact?[] inputs)
    {
        long given = inputs.Sum(fact => fact?.Constant is { } constant ? constant.Data.Length : 0);
        foreach (var output in n.Outputs)
        {
            if (output.Type == DataType.String || output.Type.BitSize() < 8 || (output.Shape is not null && !output.IsStatic))
            {
                return false;
            }

            // Outputs of unknown shape (NonZero) are no larger than their inputs times the rank.
            long count = output.Count is { IsKnown: true } known ? known.Value : 0;
            if (count < 0 || count > MaxElements || (count * output.Type.BitSize() / 8 > AlwaysAllowed && count * output.Type.BitSize() / 8 > 4 * given))
            {
                return false;
            }
        }

        return Array.TrueForAll(inputs, fact => fact?.Constant is null or { ElementCount: <= MaxElements, DataType: not DataType.String });
    }
}
