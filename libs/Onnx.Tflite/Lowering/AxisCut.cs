using Onnx.Model.Analysis;

namespace Onnx.Tflite.Lowering;

/// <summary>The cut of one axis as STRIDED_SLICE takes it.</summary>
/// <param name="Begin">First position.</param>
/// <param name="End">Position after the last.</param>
/// <param name="Step">Step.</param>
/// <param name="OpenBegin">From the first (or, backwards, the last) element on.</param>
/// <param name="OpenEnd">Up to the end.</param>
internal readonly record struct AxisCut(int Begin, int End, int Step, bool OpenBegin, bool OpenEnd)
{
    public static AxisCut Of(LoweringNode n, SymInt size, long start, long end, long step)
    {
        int by = (int)Math.Clamp(step, int.MinValue, int.MaxValue);
        if (size.IsKnown)
        {
            var (from, to) = SliceLength.Clamp(size.Value, start, end, step);
            // Backwards, "before the first" is -1, which the kernel would read as the last element.
            return new AxisCut((int)from, (int)to, by, false, to < 0);
        }

        if (step < 0)
        {
            throw n.Dynamic("a backward slice of an open axis");
        }

        // Numbers beyond an open size are clamped by the kernel as ONNX wants; negative ones count from the end in both.
        return new AxisCut((int)Math.Clamp(start, int.MinValue, int.MaxValue), (int)Math.Clamp(end, int.MinValue, int.MaxValue), by, start == 0, end >= int.MaxValue);
    }
}
