namespace Onnx.Model.Analysis.Rules;

/// <summary>What is known of a value that comes from one of two places.</summary>
internal static class FactJoin
{
    public static ValueFact Join(ValueFact a, ValueFact b, string name)
    {
        var type = a.Type == DataType.Undefined ? b.Type : a.Type;
        if (a.Shape is null || b.Shape is null || a.Shape.Length != b.Shape.Length)
        {
            return new ValueFact(type, (SymInt[]?)null) { NonTensor = a.NonTensor };
        }

        return new ValueFact(type, [.. a.Shape.Select((dim, i) => dim == b.Shape[i] ? dim : SymInt.DataDependent($"{name}.{i}"))]);
    }

    public static IEqualityComparer<ValueFact> SameShape { get; } = EqualityComparer<ValueFact>.Create(
        (a, b) => a!.Type == b!.Type && (a.Shape ?? []).SequenceEqual(b.Shape ?? []) && a.Shape is null == b.Shape is null,
        fact => (int)fact.Type);
}
