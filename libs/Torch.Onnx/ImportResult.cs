using Onnx.Model;

namespace Torch.Onnx;

/// <summary>The end of an import: a model, or every reason why there is none.</summary>
/// <param name="Model">The model; null when blocked. Its weights lie in the source file: write it before that is disposed.</param>
/// <param name="Blockers">Everything that stands in the way, in program order; empty when converted.</param>
/// <param name="Warnings">Sentences the user should see though the import succeeded.</param>
/// <param name="Report">Figures of the conversion; null when blocked.</param>
public sealed record ImportResult(ModelProto? Model, IReadOnlyList<ImportBlocker> Blockers, IReadOnlyList<string> Warnings, ImportReport? Report);

/// <summary>Figures of a conversion.</summary>
/// <param name="TorchVersion">The PyTorch that wrote the program.</param>
/// <param name="ProgramNodes">Nodes of the program.</param>
/// <param name="OnnxNodes">Nodes of the product, subgraphs included.</param>
/// <param name="Opset">Opset of the product.</param>
/// <param name="Operators">How often each program operator was converted.</param>
/// <param name="DroppedOutputs">Outputs that are Python constants, as <c>name = value</c>: they need no run.</param>
public sealed record ImportReport(
    string TorchVersion, int ProgramNodes, int OnnxNodes, int Opset, IReadOnlyDictionary<string, int> Operators, IReadOnlyList<string> DroppedOutputs);
