namespace Onnx.Model;

/// <summary>Names of the tensors that hold a tensor's quantization parameters (onnx.proto <c>TensorAnnotation</c>).</summary>
/// <param name="TensorName">The annotated tensor.</param>
/// <param name="Parameters">Keys such as <c>SCALE_TENSOR</c> and <c>ZERO_POINT_TENSOR</c> to tensor names.</param>
public sealed record TensorAnnotation(string TensorName, IDictionary<string, string> Parameters);
