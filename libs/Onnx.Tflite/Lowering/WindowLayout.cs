using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Windows of 1, 2 or 3 spatial axes brought to what the kernels know: two axes, and padding that is SAME or none.</summary>
internal static class WindowLayout
{
    /// <summary>A tensor [N, C, W] as [N, C, 1, W].</summary>
    public static Tensor WithHeight(GraphBuilder b, Tensor x) => x.Rank == 3 ? b.Unsqueeze(x, 2) : x;

    /// <summary>Takes the axis of <see cref="WithHeight"/> away again.</summary>
    public static Tensor WithoutHeight(GraphBuilder b, Tensor x, int rank) => rank == 3 ? b.Squeeze(x, 2) : x;

    /// <summary>A window over [1, W] for one over [W].</summary>
    public static (int H, int W) Pair(IReadOnlyList<long> values) => values.Count == 1 ? (1, (int)values[0]) : ((int)values[0], (int)values[1]);

    /// <summary>
    /// Whether the padding is what TensorFlow calls SAME: as many windows as ceil(size / stride), the smaller half of the
    /// padding in front. With an open size that is only certain for stride 1.
    /// </summary>
    public static bool IsSame(WindowGeometry window, SymInt[] input) => IsSame(window, input, window.PadsEnd);

    /// <summary>The same, with other padding behind.</summary>
    public static bool IsSame(WindowGeometry window, SymInt[] input, SymInt[] padsEnd)
    {
        for (int axis = 0; axis < window.Rank; axis++)
        {
            var windows = SymInt.CeilingDivide(input[axis], window.Strides[axis]);
            var total = ((windows - 1) * window.Strides[axis]) + window.Extent(axis) - input[axis];
            if (!total.IsKnown)
            {
                return false;
            }

            long needed = Math.Max(total.Value, 0);
            if (window.PadsBegin[axis] != needed / 2 || padsEnd[axis] != needed - (needed / 2))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsUnpadded(WindowGeometry window) => window.PadsBegin.Concat(window.PadsEnd).All(pad => pad == 0);

    /// <summary>The operand with its spatial axes padded by zeros.</summary>
    public static Tensor PadZeros(GraphBuilder b, Tensor x, WindowGeometry window) => b.Pad(x, Full(x, window.PadsBegin), Full(x, window.PadsEnd));

    /// <summary>Pads of all axes of a tensor [N, C, spatial], none but the spatial ones padded.</summary>
    public static SymInt[] Full(Tensor x, SymInt[] spatial) => [.. Enumerable.Repeat((SymInt)0, x.Rank - spatial.Length), .. spatial];

    public static Padding PaddingOf(bool same) => same ? Padding.Same : Padding.Valid;
}
