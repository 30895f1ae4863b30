using Torch.Onnx.Program;

namespace Torch.Onnx.ProgramJson;

/// <summary>Reads what the graph's inputs and outputs are.</summary>
internal static class SignatureReader
{
    public static void Read(ref JsonCursor cursor, ExportedProgram program)
    {
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("input_specs"u8))
            {
                program.InputSpecs = InputSpecs(ref cursor);
            }
            else if (cursor.NameIs("output_specs"u8))
            {
                program.OutputSpecs = OutputSpecs(ref cursor);
            }
            else
            {
                cursor.Skip();
            }
        }
    }

    private static InputSpec[] InputSpecs(ref JsonCursor cursor)
    {
        var specs = new List<InputSpec>();
        cursor.ExpectArray();
        while (cursor.NextElement())
        {
            InputSpec? spec = null;
            cursor.ExpectObject();
            while (cursor.NextProperty())
            {
                spec = cursor.IsNull ? spec : ReadInput(ref cursor, InputKindOf(ref cursor));
            }

            specs.Add(spec ?? throw cursor.Malformed("an input spec"));
        }

        return [.. specs];
    }

    private static OutputSpec[] OutputSpecs(ref JsonCursor cursor)
    {
        var specs = new List<OutputSpec>();
        cursor.ExpectArray();
        while (cursor.NextElement())
        {
            OutputSpec? spec = null;
            cursor.ExpectObject();
            while (cursor.NextProperty())
            {
                spec = cursor.IsNull ? spec : ReadOutput(ref cursor, OutputKindOf(ref cursor));
            }

            specs.Add(spec ?? throw cursor.Malformed("an output spec"));
        }

        return [.. specs];
    }

    private static InputKind InputKindOf(ref JsonCursor cursor) => cursor.Name switch
    {
        "user_input" => InputKind.UserInput,
        "parameter" => InputKind.Parameter,
        "buffer" => InputKind.Buffer,
        "tensor_constant" => InputKind.TensorConstant,
        "constant_input" => InputKind.ConstantInput,
        "custom_obj" => InputKind.CustomObject,
        "token" => InputKind.Token,
        _ => throw cursor.Malformed("a known kind of input"),
    };

    private static OutputKind OutputKindOf(ref JsonCursor cursor) => cursor.Name switch
    {
        "user_output" => OutputKind.UserOutput,
        "buffer_mutation" => OutputKind.BufferMutation,
        "parameter_mutation" => OutputKind.ParameterMutation,
        "user_input_mutation" => OutputKind.UserInputMutation,
        "token" => OutputKind.Token,
        "loss_output" or "gradient_to_parameter" or "gradient_to_user_input" => OutputKind.Training,
        _ => throw cursor.Malformed("a known kind of output"),
    };

    private static InputSpec ReadInput(ref JsonCursor cursor, InputKind kind)
    {
        Argument argument = Argument.None.Instance;
        string target = "";
        bool persistent = true;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("arg"u8))
            {
                argument = ArgumentOf(ref cursor, kind == InputKind.UserInput);
            }
            else if (cursor.NameIs("parameter_name"u8) || cursor.NameIs("buffer_name"u8) || cursor.NameIs("tensor_constant_name"u8) || cursor.NameIs("name"u8))
            {
                target = cursor.Text();
            }
            else if (cursor.NameIs("persistent"u8) && !cursor.IsNull)
            {
                persistent = cursor.Bool();
            }
            else
            {
                cursor.Skip();
            }
        }

        return new InputSpec(kind, argument, target, persistent);
    }

    private static OutputSpec ReadOutput(ref JsonCursor cursor, OutputKind kind)
    {
        Argument argument = Argument.None.Instance;
        string target = "";
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("arg"u8))
            {
                argument = ArgumentOf(ref cursor, kind == OutputKind.UserOutput);
            }
            else if (cursor.NameIs("buffer_name"u8) || cursor.NameIs("parameter_name"u8) || cursor.NameIs("user_input_name"u8))
            {
                target = cursor.Text();
            }
            else
            {
                cursor.Skip();
            }
        }

        return new OutputSpec(kind, argument, target);
    }

    // User inputs and outputs hold a whole argument; all others hold {"name": ...}, the name of a tensor.
    private static Argument ArgumentOf(ref JsonCursor cursor, bool isUnion) =>
        isUnion ? ArgumentReader.Read(ref cursor) : new Argument.Tensor(ArgumentReader.NameIn(ref cursor));
}
