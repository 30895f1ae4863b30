using Torch.Onnx.Lowering;

namespace Torch.Onnx.Operators;

/// <summary>The windows of a pooling call, as far as they are known now.</summary>
internal sealed class PoolWindow
{
    private readonly OperatorCall _call;
    private readonly Tensor _input;
    private readonly bool _ceil;

    public PoolWindow(OperatorCall call, int spatial)
    {
        _call = call;
        _input = call.Real("self");
        Spatial = spatial;
        Kernel = call.Ints("kernel_size", spatial);
        Stride = call.Argument("stride") is Program.Argument.None || call.Ints("stride").Length == 0 ? Kernel : call.Ints("stride", spatial);
        Padding = call.Ints("padding", spatial);
        Dilation = call.Schema.Find("dilation") is null ? [.. Enumerable.Repeat(1L, spatial)] : call.Ints("dilation", spatial);
        _ceil = call.Bool("ceil_mode");
        EndPadding = [.. Padding];
        for (int i = 0; i < spatial; i++)
        {
            EndPadding[i] = End(i);
        }
    }

    public int Spatial { get; }

    public long[] Kernel { get; }

    public long[] Stride { get; }

    /// <summary>Padding before.</summary>
    public long[] Padding { get; }

    public long[] Dilation { get; }

    /// <summary>Padding after: enough for the last window, which ceil_mode may let reach over the end.</summary>
    public long[] EndPadding { get; }

    /// <summary>Whether the operator's own ceil_mode has to find the number of windows, because sizes are dynamic.</summary>
    public bool NeedsCeilMode { get; private set; }

    public bool IsBatched => _input.Rank == Spatial + 2;

    /// <summary>Whether a window of the given axis reaches beyond the padding asked for.</summary>
    public bool Overreaches => Enumerable.Range(0, Spatial).Any(i => EndPadding[i] > Padding[i]);

    /// <summary>Size of a spatial axis of the input; null when dynamic.</summary>
    public long? InputSize(int axis) => _input.Sizes[_input.Rank - Spatial + axis] is { IsStatic: true } size ? size.Value : null;

    /// <summary>Windows along a spatial axis; null when dynamic.</summary>
    public long? OutputSize(int axis) => _call.Result.Sizes[_call.Result.Rank - Spatial + axis] is { IsStatic: true } size ? size.Value : null;

    private long End(int axis)
    {
        if (!_ceil)
        {
            return Padding[axis];
        }

        long window = (Dilation[axis] * (Kernel[axis] - 1)) + 1;
        if (InputSize(axis) is { } input && OutputSize(axis) is { } output)
        {
            return Math.Max(((output - 1) * Stride[axis]) + window - input - Padding[axis], 0);
        }

        // PyTorch drops a last window that starts in the padding, runtimes do not: they agree where there can be none.
        NeedsCeilMode = Stride[axis] + Padding[axis] <= window
            ? true
            : throw LoweringException.Dynamic("pooling with ceil_mode and this stride needs static sizes");
        return Padding[axis];
    }
}
