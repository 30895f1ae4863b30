using Onnx.Model;

namespace Torch.Onnx.Emission;

/// <summary>An input or output of the model and how it is declared.</summary>
internal sealed record BoundaryValue(Value Value, ValueInfoProto Info);
