using Onnx.Model;

namespace Torch.Onnx;

/// <summary>What an exported program says about itself, read without converting it.</summary>
/// <param name="Name">The program's name in its package (<c>model</c> by default).</param>
/// <param name="SchemaVersion">Version of the program's schema, e.g. <c>8.20</c>.</param>
/// <param name="TorchVersion">The PyTorch that wrote it, e.g. <c>2.14.1+cu130</c>; empty when not recorded.</param>
/// <param name="IsDecomposed">Whether run_decompositions() was called: core operators only.</param>
/// <param name="Inputs">Inputs in order, named as the importer names them.</param>
/// <param name="Outputs">Outputs in order, named as the importer names them.</param>
/// <param name="ParameterCount">Elements of all parameters.</param>
/// <param name="NodeCount">Nodes of the main graph.</param>
/// <param name="Operators">How often each operator is called, subgraphs included.</param>
public sealed record ExportedProgramInfo(
    string Name,
    string SchemaVersion,
    string TorchVersion,
    bool IsDecomposed,
    IReadOnlyList<ProgramValueInfo> Inputs,
    IReadOnlyList<ProgramValueInfo> Outputs,
    long ParameterCount,
    int NodeCount,
    IReadOnlyDictionary<string, int> Operators);

/// <summary>An input or output.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">Element type; a complex number is two reals in a last dimension of its own.</param>
/// <param name="Shape">Sizes; a dynamic one carries its symbol's name.</param>
public sealed record ProgramValueInfo(string Name, DataType Type, IReadOnlyList<Dimension> Shape);
