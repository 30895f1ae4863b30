namespace Onnx.Model.Analysis.Rules;

/// <summary>Operators that work element by element.</summary>
internal static class ElementwiseRules
{
    public static void Same(InferenceNode n) => n.Out(0, n.Type(0), n.Shape(0));

    public static void Identity(InferenceNode n) => n.Set(0, n.In(0));

    public static void Test(InferenceNode n) => n.Out(0, DataType.Bool, n.Shape(0));

    public static void Broadcast(InferenceNode n)
    {
        var type = n.Type(0);
        for (int i = 1; i < n.InputCount; i++)
        {
            if (n.Type(i) != type)
            {
                throw n.Mismatch($"operands are of types {type} and {n.Type(i)}");
            }
        }

        n.Out(0, type, Shape(n));
    }

    public static void Compare(InferenceNode n)
    {
        Broadcast(n);
        n.Out(0, DataType.Bool, n.Outputs[0].Shape);
    }

    public static void Pow(InferenceNode n) => n.Out(0, n.Type(0), Shape(n));

    public static void Where(InferenceNode n) => n.Out(0, n.Type(1), Shape(n));

    public static void Cast(InferenceNode n)
    {
        long to = n.Node.Attribute("to")?.Int ?? throw n.Invalid("attribute to is missing");
        var type = Enum.IsDefined((DataType)to) ? (DataType)to : throw n.Invalid($"there is no type {to}");
        n.Out(0, type, n.In(0).Shape);
    }

    public static void BitCast(InferenceNode n)
    {
        Cast(n);
        if (n.Outputs[0].Type.BitSize() != n.Type(0).BitSize())
        {
            throw n.Mismatch($"{n.Type(0)} and {n.Outputs[0].Type} differ in size");
        }
    }

    private static SymInt[] Shape(InferenceNode n) => Broadcasting.Combine([.. Enumerable.Range(0, n.InputCount).Select(n.Shape)]);
}
