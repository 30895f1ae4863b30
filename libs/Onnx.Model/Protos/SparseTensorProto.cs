namespace Onnx.Model;

/// <summary>A sparse tensor in coordinate form (onnx.proto <c>SparseTensorProto</c>).</summary>
public sealed class SparseTensorProto
{
    /// <summary>The values that are not the default, a tensor of shape [NNZ]; its name is the sparse tensor's name.</summary>
    public TensorProto Values { get; set; } = new();

    /// <summary>Int64 positions, shape [NNZ] (linear) or [NNZ, rank].</summary>
    public TensorProto Indices { get; set; } = new();

    /// <summary>Dimensions of the dense tensor.</summary>
    public long[] Dims { get; set; } = [];
}
