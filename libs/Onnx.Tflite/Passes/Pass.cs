using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Passes;

/// <summary>What passes may use.</summary>
internal sealed record PassContext(ConvertOptions Options, NameSource Names, ConversionNotes Notes);

/// <summary>One step over the graph.</summary>
/// <param name="Name">Its name: what <c>--dump-after</c> takes.</param>
/// <param name="Run">Does it, on one subgraph.</param>
internal sealed record Pass(string Name, Action<Subgraph, PassContext> Run);
