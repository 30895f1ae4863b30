using Torch.Onnx.Program;

namespace Torch.Onnx.Schema;

/// <summary>An operator's signature.</summary>
/// <param name="Name">Name with overload, e.g. <c>aten.add.Tensor</c>.</param>
/// <param name="Arguments">Arguments in order.</param>
/// <param name="Returns">How many results it has.</param>
internal sealed record OperatorSchema(string Name, SchemaArgument[] Arguments, int Returns)
{
    /// <summary>Whether it writes its first argument and returns it: an in-place operator.</summary>
    public bool IsInPlace => Arguments is [{ IsMutated: true }, ..];

    public SchemaArgument? Find(string name)
    {
        foreach (var argument in Arguments)
        {
            if (argument.Name == name)
            {
                return argument;
            }
        }

        return null;
    }
}

/// <summary>One argument of a signature.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">Type as the schema writes it, e.g. <c>int[2]</c>, <c>Tensor?</c>.</param>
/// <param name="Default">Default value; null when the argument must be given.</param>
/// <param name="IsMutated">Whether the operator writes it.</param>
internal sealed record SchemaArgument(string Name, string Type, Argument? Default, bool IsMutated)
{
    /// <summary>Length of a list that may be given as one element to be repeated; 0 for others.</summary>
    public int FixedLength { get; } = ListLength(Type);

    private static int ListLength(string type)
    {
        int open = type.IndexOf('[', StringComparison.Ordinal);
        return open >= 0 && int.TryParse(type.AsSpan(open + 1, type.IndexOf(']', open) - open - 1), out int length) ? length : 0;
    }
}
