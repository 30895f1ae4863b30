using Torch.Onnx.Program;

namespace Torch.Onnx.ProgramJson;

/// <summary>Reads the top level of <c>models/NAME.json</c> or <c>serialized_exported_program.json</c>.</summary>
internal static class ProgramReader
{
    public const int SchemaMajor = 8;

    public static ExportedProgram Read(ReadOnlySpan<byte> json)
    {
        var cursor = new JsonCursor(json, new StringPool());
        var program = new ExportedProgram();
        bool hasGraph = false;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("graph_module"u8))
            {
                GraphModule(ref cursor, program);
                hasGraph = true;
            }
            else
            {
                Header(ref cursor, program);
            }
        }

        CheckVersion(program);
        return hasGraph ? program : throw new ExportedProgramException(ExportedProgramError.MalformedProgram, "the program's JSON has no graph_module");
    }

    private static void Header(ref JsonCursor cursor, ExportedProgram program)
    {
        if (cursor.NameIs("schema_version"u8))
        {
            SchemaVersion(ref cursor, program);
        }
        else if (cursor.NameIs("torch_version"u8) && cursor.IsText)
        {
            program.TorchVersion = cursor.Text();
        }
        else if (cursor.NameIs("verifiers"u8))
        {
            program.Verifiers = ArgumentReader.Texts(ref cursor);
        }
        else if (cursor.NameIs("range_constraints"u8))
        {
            Ranges(ref cursor, program);
        }
        else
        {
            cursor.Skip();
        }
    }

    private static void CheckVersion(ExportedProgram program)
    {
        if (program.SchemaMajor != SchemaMajor)
        {
            throw new ExportedProgramException(
                ExportedProgramError.UnknownSchemaVersion,
                $"the program has schema version {program.SchemaMajor}.{program.SchemaMinor} (torch {program.TorchVersion}); version {SchemaMajor} is read: export it again with torch 2.6 to 2.14");
        }
    }

    private static void SchemaVersion(ref JsonCursor cursor, ExportedProgram program)
    {
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("major"u8))
            {
                program.SchemaMajor = ClampToInt(cursor.Int());
            }
            else if (cursor.NameIs("minor"u8))
            {
                program.SchemaMinor = ClampToInt(cursor.Int());
            }
            else
            {
                cursor.Skip();
            }
        }

        // A later graph may be written in another form altogether, so the version is judged before it is read where it comes first.
        CheckVersion(program);
    }

    private static int ClampToInt(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);

    private static void Ranges(ref JsonCursor cursor, ExportedProgram program)
    {
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            string symbol = cursor.Name;
            cursor.ExpectObject();
            long? min = null;
            long? max = null;
            while (cursor.NextProperty())
            {
                if (cursor.NameIs("min_val"u8) && !cursor.IsNull)
                {
                    min = cursor.Int();
                }
                else if (cursor.NameIs("max_val"u8) && !cursor.IsNull)
                {
                    max = cursor.Int();
                }
                else
                {
                    cursor.Skip();
                }
            }

            program.Ranges[symbol] = new SymbolRange(min, max);
        }
    }

    private static void GraphModule(ref JsonCursor cursor, ExportedProgram program)
    {
        var namedTuples = new Dictionary<string, string[]>(StringComparer.Ordinal);
        string? outputTree = null;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("graph"u8))
            {
                program.Graph = GraphReader.Read(ref cursor);
            }
            else if (cursor.NameIs("signature"u8))
            {
                SignatureReader.Read(ref cursor, program);
            }
            else if (cursor.NameIs("module_call_graph"u8))
            {
                outputTree = TreeSpecReader.RootOutputSpec(ref cursor);
            }
            else if (cursor.NameIs("treespec_namedtuple_fields"u8) && cursor.IsObject)
            {
                TreeSpecReader.NamedTuples(ref cursor, namedTuples);
            }
            else
            {
                cursor.Skip();
            }
        }

        program.OutputTree = outputTree is null ? null : TreeSpecReader.Parse(outputTree, namedTuples);
    }
}
