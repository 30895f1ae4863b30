using Torch.Onnx.Emission;

namespace Torch.Onnx.Lowering;

/// <summary>What a mapping made of one result.</summary>
internal abstract record CallResult
{
    private CallResult()
    {
    }

    /// <summary>A tensor with memory of its own.</summary>
    public sealed record Fresh(Value Value) : CallResult;

    /// <summary>Another view of an argument.</summary>
    public sealed record View(TensorView Viewed, Value Value, ViewRule Rule) : CallResult;

    /// <summary>The argument itself under another name.</summary>
    public sealed record Same(TensorView Tensor) : CallResult;
}
