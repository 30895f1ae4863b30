namespace Torch.Onnx.Program;

/// <summary>What a graph input is.</summary>
internal enum InputKind
{
    UserInput,
    Parameter,
    Buffer,
    TensorConstant,
    /// <summary>A Python value fixed at export: no input at run time.</summary>
    ConstantInput,
    CustomObject,
    Token,
}

/// <summary>One graph input.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Argument">Its value in the graph.</param>
/// <param name="Target">Parameter, buffer or constant path; empty for others.</param>
/// <param name="Persistent">For a buffer: whether it belongs to the state dict.</param>
internal sealed record InputSpec(InputKind Kind, Argument Argument, string Target, bool Persistent);

/// <summary>What a graph output is.</summary>
internal enum OutputKind
{
    UserOutput,
    BufferMutation,
    ParameterMutation,
    UserInputMutation,
    Token,
    /// <summary>Loss and gradients of a training program.</summary>
    Training,
}

/// <summary>One graph output.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Argument">Its value in the graph.</param>
/// <param name="Target">What is mutated; empty for others.</param>
internal sealed record OutputSpec(OutputKind Kind, Argument Argument, string Target);
