using Torch.Onnx.Program;

namespace Torch.Onnx.ProgramJson;

/// <summary>Reads symbolic numbers: sizes of tensors and values of scalar nodes.</summary>
internal static class SymbolReader
{
    /// <summary>A size: <c>{as_int}</c> or <c>{as_expr: {expr_str, hint}}</c>.</summary>
    public static SymInt Size(ref JsonCursor cursor)
    {
        SymInt? size = null;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("as_int"u8) && !cursor.IsNull)
            {
                size = cursor.Int();
            }
            else if (cursor.NameIs("as_expr"u8) && !cursor.IsNull)
            {
                size = new SymInt(0, Expression(ref cursor));
            }
            else
            {
                cursor.Skip();
            }
        }

        return size ?? throw cursor.Malformed("a size");
    }

    public static SymbolicValue Value(ref JsonCursor cursor, SymbolKind kind)
    {
        string? expression = null;
        Argument? constant = null;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.IsNull)
            {
                continue;
            }

            if (cursor.NameIs("as_expr"u8))
            {
                expression = Expression(ref cursor);
            }
            else
            {
                constant = Constant(ref cursor);
            }
        }

        return expression is null && constant is null ? throw cursor.Malformed("a symbolic value") : new SymbolicValue(kind, expression, constant);
    }

    private static Argument? Constant(ref JsonCursor cursor)
    {
        if (cursor.NameIs("as_int"u8))
        {
            return new Argument.Int(cursor.Int());
        }

        if (cursor.NameIs("as_float"u8))
        {
            return new Argument.Float(cursor.Double());
        }

        if (cursor.NameIs("as_bool"u8))
        {
            return new Argument.Bool(cursor.Bool());
        }

        cursor.Skip();
        return null;
    }

    // The hint is the value of the sample inputs: of no meaning for others.
    private static string Expression(ref JsonCursor cursor)
    {
        string? text = null;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("expr_str"u8))
            {
                text = cursor.Text();
            }
            else
            {
                cursor.Skip();
            }
        }

        return text ?? throw cursor.Malformed("an expression");
    }
}
