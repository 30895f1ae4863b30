using Torch.Onnx.Operators;
using Torch.Onnx.Schema;

namespace Torch.Onnx.Lowering;

/// <summary>Finds the mapping of an operator; an in-place operator (<c>add_</c>) has that of its functional twin (<c>add</c>).</summary>
internal static class OperatorLookup
{
    public static (OperatorEntry Entry, OperatorSchema Schema) Find(string name)
    {
        var entry = OperatorTable.Find(name) ?? (FunctionalTwin(name) is { } twin ? OperatorTable.Find(twin) : null);
        return entry is not null && SchemaTable.Find(name) is { } schema ? (entry, schema) : throw Unsupported(name);
    }

    /// <summary>Whether a target writes its first argument, as far as its name tells.</summary>
    public static bool WritesFirstArgument(string target) => FunctionalTwin(target["torch.ops.".Length..]) is not null;

    /// <summary>The operator that computes what this one writes; null when this one is not in place.</summary>
    public static string? FunctionalTwin(string name)
    {
        string[] parts = name.Split('.');
        if (parts.Length != 3 || !parts[1].EndsWith('_'))
        {
            return null;
        }

        // a &= b is __iand__, whose twin is __and__.
        if (parts[1].EndsWith("__", StringComparison.Ordinal))
        {
            return parts[1].StartsWith("__i", StringComparison.Ordinal) ? $"{parts[0]}.__{parts[1]["__i".Length..]}.{parts[2]}" : null;
        }

        string twin = parts[1][..^1];
        string overload = (twin, parts[2]) switch
        {
            ("pow", "Scalar") or ("float_power", "Scalar") => "Tensor_Scalar",
            ("pow", "Tensor") or ("float_power", "Tensor") => "Tensor_Tensor",
            ("floor_divide", "Tensor") => "default",
            ("transpose", "default") => "int",
            ("copy", _) => "default",
            _ => parts[2],
        };
        return $"{parts[0]}.{twin}.{overload}";
    }

    private static LoweringException Unsupported(string name)
    {
        if (RefusedOperators.Find(name) is { } refused)
        {
            return refused;
        }

        if (!name.StartsWith("aten.", StringComparison.Ordinal) && !name.StartsWith("prims.", StringComparison.Ordinal))
        {
            return new LoweringException(
                BlockerReason.CustomOperator, $"{name} belongs to a library of its own, whose meaning a .pt2 file does not hold", "Replace it by operators of PyTorch before export.");
        }

        string operatorName = name[..(name.LastIndexOf('.') + 1)];
        var overloads = OperatorTable.Names.Where(known => known.StartsWith(operatorName, StringComparison.Ordinal)).ToList();
        return overloads.Count > 0
            ? new LoweringException(BlockerReason.OperatorUnsupported, $"this overload of the operator has no mapping; {string.Join(", ", overloads)} have", "Call the operator with arguments of one of those overloads.")
            : new LoweringException(BlockerReason.OperatorUnsupported, "the operator has no mapping to ONNX", "Try exported.run_decompositions() before saving, or replace the operator in the model.");
    }
}
