using Torch.Onnx.Program;

namespace Torch.Onnx.ProgramJson;

/// <summary>Reads the union that every argument and result is.</summary>
internal static class ArgumentReader
{
    private delegate T ElementReader<out T>(ref JsonCursor cursor);

    public static Argument[] List(ref JsonCursor cursor) => Elements(ref cursor, Read);

    /// <summary>One union: an object of which exactly one member is not null.</summary>
    public static Argument Read(ref JsonCursor cursor)
    {
        Argument? argument = null;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.IsNull)
            {
                continue;
            }

            argument = argument is null ? Member(ref cursor) : throw cursor.Malformed("one member of an argument");
        }

        return argument ?? throw cursor.Malformed("an argument");
    }

    public static string[] Texts(ref JsonCursor cursor) => Elements(ref cursor, static (ref JsonCursor element) => element.Text());

    /// <summary>Texts, also where a writer put the list into an object's only property.</summary>
    public static string[] TextList(ref JsonCursor cursor)
    {
        if (!cursor.IsObject)
        {
            return Texts(ref cursor);
        }

        string[] texts = [];
        while (cursor.NextProperty())
        {
            texts = Texts(ref cursor);
        }

        return texts;
    }

    /// <summary>The <c>name</c> of <c>{"name": ...}</c>.</summary>
    public static string NameIn(ref JsonCursor cursor)
    {
        string? name = null;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("name"u8))
            {
                name = cursor.Text();
            }
            else
            {
                cursor.Skip();
            }
        }

        return name ?? throw cursor.Malformed("a name");
    }

    private static Argument Member(ref JsonCursor cursor) => cursor.Name switch
    {
        "as_tensor" => new Argument.Tensor(NameIn(ref cursor)),
        "as_none" => None(ref cursor),
        "as_int" => new Argument.Int(cursor.Int()),
        "as_float" => new Argument.Float(cursor.Double()),
        "as_bool" => new Argument.Bool(cursor.Bool()),
        "as_string" => new Argument.Text(cursor.Text()),
        "as_ints" => new Argument.Ints(Elements(ref cursor, static (ref JsonCursor element) => element.Int())),
        "as_floats" => new Argument.Floats(Elements(ref cursor, static (ref JsonCursor element) => element.Double())),
        "as_bools" => new Argument.Bools(Elements(ref cursor, static (ref JsonCursor element) => element.Bool())),
        "as_strings" => new Argument.Texts(Texts(ref cursor)),
        "as_tensors" => new Argument.Tensors(Elements<string?>(ref cursor, static (ref JsonCursor element) => NameIn(ref element))),
        "as_optional_tensors" => new Argument.Tensors(Elements(ref cursor, OptionalTensorName)),
        "as_optional_tensor" => OptionalTensorName(ref cursor) is { } name ? new Argument.Tensor(name) : Argument.None.Instance,
        "as_scalar_type" => new Argument.DataType(TensorMetaReader.Type(ref cursor)),
        "as_memory_format" => new Argument.MemoryFormat((int)Math.Clamp(cursor.Int(), 0, byte.MaxValue)),
        "as_complex" => Complex(ref cursor),
        "as_graph" => Subgraph(ref cursor),
        "as_sym_int" => Symbolic(ref cursor, SymbolKind.Int),
        "as_sym_float" => Symbolic(ref cursor, SymbolKind.Float),
        "as_sym_bool" => Symbolic(ref cursor, SymbolKind.Bool),
        "as_sym_ints" => new Argument.Symbols(Elements(ref cursor, static (ref JsonCursor element) => Symbolic(ref element, SymbolKind.Int))),
        "as_sym_floats" => new Argument.Symbols(Elements(ref cursor, static (ref JsonCursor element) => Symbolic(ref element, SymbolKind.Float))),
        "as_sym_bools" => new Argument.Symbols(Elements(ref cursor, static (ref JsonCursor element) => Symbolic(ref element, SymbolKind.Bool))),
        _ => Other(ref cursor),
    };

    private static T[] Elements<T>(ref JsonCursor cursor, ElementReader<T> read)
    {
        cursor.ExpectArray();
        List<T>? elements = null;
        while (cursor.NextElement())
        {
            elements ??= new List<T>(4);
            if (elements.Count == ImportLimits.ListElements)
            {
                throw new ExportedProgramException(ExportedProgramError.ProgramTooLarge, $"a list has more than {ImportLimits.ListElements} elements");
            }

            elements.Add(read(ref cursor));
        }

        return elements is null ? [] : [.. elements];
    }

    private static Argument.None None(ref JsonCursor cursor)
    {
        cursor.Skip();
        return Argument.None.Instance;
    }

    private static Argument.Other Other(ref JsonCursor cursor)
    {
        string member = cursor.Name;
        cursor.Skip();
        return new Argument.Other(member);
    }

    private static string? OptionalTensorName(ref JsonCursor cursor) => Read(ref cursor) switch
    {
        Argument.Tensor tensor => tensor.Name,
        Argument.None => null,
        _ => throw cursor.Malformed("a tensor or none"),
    };

    private static Argument.Complex Complex(ref JsonCursor cursor)
    {
        double real = 0;
        double imaginary = 0;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("real"u8))
            {
                real = cursor.Double();
            }
            else if (cursor.NameIs("imag"u8))
            {
                imaginary = cursor.Double();
            }
            else
            {
                cursor.Skip();
            }
        }

        return new Argument.Complex(real, imaginary);
    }

    private static Argument.Subgraph Subgraph(ref JsonCursor cursor)
    {
        string name = "";
        Graph? graph = null;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("name"u8))
            {
                name = cursor.Text();
            }
            else if (cursor.NameIs("graph"u8))
            {
                graph = GraphReader.Read(ref cursor);
            }
            else
            {
                cursor.Skip();
            }
        }

        return new Argument.Subgraph(name, graph ?? throw cursor.Malformed("a subgraph"));
    }

    private static Argument Symbolic(ref JsonCursor cursor, SymbolKind kind)
    {
        Argument? value = null;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.IsNull)
            {
                continue;
            }

            value = cursor.Name switch
            {
                "as_name" => new Argument.Symbol(cursor.Text(), kind),
                "as_int" => new Argument.Int(cursor.Int()),
                "as_float" => new Argument.Float(cursor.Double()),
                "as_bool" => new Argument.Bool(cursor.Bool()),
                _ => throw cursor.Malformed("a symbolic number"),
            };
        }

        return value ?? throw cursor.Malformed("a symbolic number");
    }
}
