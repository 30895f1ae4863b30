namespace Onnx.Model.Analysis;

/// <summary>Takes from the file's own value types what inference left open.</summary>
internal static class DeclaredTypes
{
    /// <summary>Fills unknown types, ranks and data-dependent dimensions; what was inferred is never overruled.</summary>
    public static ValueFact Refine(ValueFact inferred, TypeProto? declared)
    {
        if (inferred.Constant is not null || inferred.NonTensor is not null || declared is not TypeProto.Tensor tensor)
        {
            return inferred is { Type: DataType.Undefined, NonTensor: null } && declared is not (null or TypeProto.None or TypeProto.Tensor)
                ? inferred with { NonTensor = declared }
                : inferred;
        }

        var type = inferred.Type == DataType.Undefined ? tensor.ElementType : inferred.Type;
        if (tensor.Shape is not { } shape || (inferred.Shape is { } known && known.Length != shape.Length))
        {
            return inferred with { Type = type };
        }

        var dims = inferred.Shape is null
            ? [.. shape.Select((dim, i) => Dimension(dim, $"?{i}"))]
            : inferred.Shape.Select((dim, i) => dim.IsDataDependent && shape[i].Value is >= 0 and { } value ? value : dim).ToArray();
        return inferred with { Type = type, Shape = dims };
    }

    public static SymInt Dimension(Dimension dim, string nameIfOpen) =>
        dim.Value is >= 0 and { } value ? value : SymInt.Symbol(dim.Param is { Length: > 0 } param ? param : nameIfOpen);
}
