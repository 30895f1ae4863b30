using Onnx.Tflite.Writing;
using Platform.Budgets;

namespace Onnx.Tflite.Schema;

/// <summary>How a window meets the border (Padding).</summary>
internal enum Padding
{
    /// <summary>As many windows as the stride gives, zeros where they overhang.</summary>
    Same = 0,
    /// <summary>Only windows that lie inside.</summary>
    Valid = 1,
}

/// <summary>A clamp that a kernel applies to its result (ActivationFunctionType).</summary>
internal enum Activation
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Not below 0.</summary>
    Relu = 1,
    /// <summary>Between -1 and 1.</summary>
    ReluN1To1 = 2,
    /// <summary>Between 0 and 6.</summary>
    Relu6 = 3,
}

/// <summary>Options of an operator: one table of schema.fbs.</summary>
/// <param name="Table">Its number in the union BuiltinOptions; 0 for operators without options.</param>
[DataTable("One record a table of the file format, with its fields' slots.")]
internal abstract record OperatorOptions(int Table)
{
    /// <summary>No options table at all.</summary>
    public static OperatorOptions None { get; } = new EmptyOptions(0);

    /// <summary>Adds the fields that differ from their defaults.</summary>
    public abstract void Write(TableFields fields);
}

/// <summary>Options that can carry a clamp.</summary>
internal abstract record ActivationOptions(int Table, Activation Activation) : OperatorOptions(Table);

/// <summary>A table without fields.</summary>
internal sealed record EmptyOptions(int Table) : OperatorOptions(Table)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields)
    {
        // The table's presence is all there is.
    }
}

/// <summary>Conv2DOptions.</summary>
internal sealed record Conv2DOptions(Padding Padding, int StrideH, int StrideW, int DilationH, int DilationW, Activation Activation = Activation.None) : ActivationOptions(1, Activation)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) =>
        fields.Byte(0, (int)Padding).Int(1, StrideW).Int(2, StrideH).Byte(3, (int)Activation).Int(4, DilationW, 1).Int(5, DilationH, 1);
}

/// <summary>DepthwiseConv2DOptions.</summary>
internal sealed record DepthwiseConv2DOptions(Padding Padding, int StrideH, int StrideW, int Multiplier, int DilationH, int DilationW, Activation Activation = Activation.None)
    : ActivationOptions(2, Activation)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) =>
        fields.Byte(0, (int)Padding).Int(1, StrideW).Int(2, StrideH).Int(3, Multiplier).Byte(4, (int)Activation).Int(5, DilationW, 1).Int(6, DilationH, 1);
}

/// <summary>Pool2DOptions.</summary>
internal sealed record Pool2DOptions(Padding Padding, int StrideH, int StrideW, int FilterH, int FilterW, Activation Activation = Activation.None) : ActivationOptions(5, Activation)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) =>
        fields.Byte(0, (int)Padding).Int(1, StrideW).Int(2, StrideH).Int(3, FilterW).Int(4, FilterH).Byte(5, (int)Activation);
}

/// <summary>Conv3DOptions.</summary>
internal sealed record Conv3DOptions(Padding Padding, int StrideD, int StrideH, int StrideW, int DilationD, int DilationH, int DilationW, Activation Activation = Activation.None)
    : ActivationOptions(106, Activation)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) =>
        fields.Byte(0, (int)Padding).Int(1, StrideD).Int(2, StrideW).Int(3, StrideH).Byte(4, (int)Activation).Int(5, DilationD, 1).Int(6, DilationW, 1).Int(7, DilationH, 1);
}

/// <summary>TransposeConvOptions.</summary>
internal sealed record TransposeConvOptions(Padding Padding, int StrideH, int StrideW, Activation Activation = Activation.None) : ActivationOptions(49, Activation)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, (int)Padding).Int(1, StrideW).Int(2, StrideH).Byte(3, (int)Activation);
}

/// <summary>FullyConnectedOptions.</summary>
internal sealed record FullyConnectedOptions(bool KeepNumDims, Activation Activation = Activation.None) : ActivationOptions(8, Activation)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, (int)Activation).Bool(2, KeepNumDims);
}

/// <summary>AddOptions.</summary>
internal sealed record AddOptions(Activation Activation = Activation.None) : ActivationOptions(11, Activation)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, (int)Activation).False(1);
}

/// <summary>SubOptions.</summary>
internal sealed record SubOptions(Activation Activation = Activation.None) : ActivationOptions(28, Activation)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, (int)Activation).False(1);
}

/// <summary>MulOptions.</summary>
internal sealed record MulOptions(Activation Activation = Activation.None) : ActivationOptions(21, Activation)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, (int)Activation);
}

/// <summary>DivOptions.</summary>
internal sealed record DivOptions(Activation Activation = Activation.None) : ActivationOptions(29, Activation)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, (int)Activation);
}

/// <summary>L2NormOptions.</summary>
internal sealed record L2NormOptions() : OperatorOptions(12)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields)
    {
        // No clamp is ever fused here.
    }
}

/// <summary>ConcatenationOptions.</summary>
internal sealed record ConcatenationOptions(int Axis) : OperatorOptions(10)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Int(0, Axis);
}

/// <summary>SoftmaxOptions.</summary>
internal sealed record SoftmaxOptions(float Beta) : OperatorOptions(9)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Float(0, Beta);
}

/// <summary>LocalResponseNormalizationOptions.</summary>
internal sealed record LocalResponseNormalizationOptions(int Radius, float Bias, float Alpha, float Beta) : OperatorOptions(13)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Int(0, Radius).Float(1, Bias).Float(2, Alpha).Float(3, Beta);
}

/// <summary>ResizeBilinearOptions.</summary>
internal sealed record ResizeBilinearOptions(bool AlignCorners, bool HalfPixelCenters) : OperatorOptions(15)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Bool(2, AlignCorners).Bool(3, HalfPixelCenters);
}

/// <summary>ResizeNearestNeighborOptions.</summary>
internal sealed record ResizeNearestNeighborOptions(bool AlignCorners, bool HalfPixelCenters) : OperatorOptions(74)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Bool(0, AlignCorners).Bool(1, HalfPixelCenters);
}

/// <summary>ReshapeOptions.</summary>
/// <param name="NewShape">The target, where no input holds it.</param>
/// <param name="FromModel">Whether the model computes the target at run time, so that nobody may replace it.</param>
internal sealed record ReshapeOptions(int[]? NewShape, bool FromModel = false) : OperatorOptions(17)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields)
    {
        if (NewShape is not null)
        {
            fields.Ints(0, NewShape);
        }
    }
}

/// <summary>SpaceToDepthOptions (19) and DepthToSpaceOptions (94).</summary>
internal sealed record BlockOptions(int Table, int BlockSize) : OperatorOptions(Table)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Int(0, BlockSize);
}

/// <summary>GatherOptions.</summary>
internal sealed record GatherOptions(int Axis, int BatchDims = 0) : OperatorOptions(23)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Int(0, Axis).Int(1, BatchDims);
}

/// <summary>ReducerOptions.</summary>
internal sealed record ReducerOptions(bool KeepDims) : OperatorOptions(27)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Bool(0, KeepDims);
}

/// <summary>SplitOptions (35) and SplitVOptions (79): how many parts.</summary>
internal sealed record SplitOptions(int Table, int Count) : OperatorOptions(Table)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Int(0, Count);
}

/// <summary>StridedSliceOptions.</summary>
internal sealed record StridedSliceOptions(int BeginMask, int EndMask, int ShrinkMask = 0) : OperatorOptions(32)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Int(0, BeginMask).Int(1, EndMask).Int(4, ShrinkMask);
}

/// <summary>CastOptions.</summary>
internal sealed record CastOptions(TensorType From, TensorType To) : OperatorOptions(37)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, (int)From).Byte(1, (int)To);
}

/// <summary>ArgMaxOptions (40) and ArgMinOptions (57).</summary>
internal sealed record ArgOptions(int Table, TensorType OutputType) : OperatorOptions(Table)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, (int)OutputType);
}

/// <summary>ShapeOptions.</summary>
internal sealed record ShapeOptions(TensorType OutputType) : OperatorOptions(55)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, (int)OutputType);
}

/// <summary>OneHotOptions.</summary>
internal sealed record OneHotOptions(int Axis) : OperatorOptions(61)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Int(0, Axis);
}

/// <summary>LeakyReluOptions.</summary>
internal sealed record LeakyReluOptions(float Alpha) : OperatorOptions(75)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Float(0, Alpha);
}

/// <summary>MirrorPadOptions: 0 reflects without the border element.</summary>
internal sealed record MirrorPadOptions(int Mode) : OperatorOptions(77)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, Mode);
}

/// <summary>UniqueOptions.</summary>
internal sealed record UniqueOptions(TensorType IndexType) : OperatorOptions(80)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Byte(0, (int)IndexType, (int)TensorType.Int32);
}

/// <summary>ReverseSequenceOptions.</summary>
internal sealed record ReverseSequenceOptions(int SequenceAxis, int BatchAxis) : OperatorOptions(87)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Int(0, SequenceAxis).Int(1, BatchAxis);
}

/// <summary>IfOptions (92) and WhileOptions (93): numbers of two subgraphs, known when the file is written.</summary>
internal sealed record BodyOptions(int Table, int First = 0, int Second = 0) : OperatorOptions(Table)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Int(0, First).Int(1, Second);
}

/// <summary>BatchMatMulOptions.</summary>
internal sealed record BatchMatMulOptions(bool AdjointX, bool AdjointY) : OperatorOptions(101)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Bool(0, AdjointX).Bool(1, AdjointY);
}

/// <summary>CumsumOptions.</summary>
internal sealed record CumsumOptions(bool Exclusive, bool Reverse) : OperatorOptions(102)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Bool(0, Exclusive).Bool(1, Reverse);
}

/// <summary>GeluOptions.</summary>
internal sealed record GeluOptions(bool Approximate) : OperatorOptions(116)
{
    /// <inheritdoc/>
    public override void Write(TableFields fields) => fields.Bool(0, Approximate);
}
