using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>Where an operator that runs in any order keeps its axes, and how they move.</summary>
internal abstract class AxisParameters
{
    /// <summary>Operators that name no axes.</summary>
    public static AxisParameters NoAxes { get; } = new None();

    /// <summary>Whether an input is a tensor of the operator's shape (as opposed to a parameter).</summary>
    public virtual bool IsData(int input) => true;

    /// <summary>Whether the parameters are known, so that they can be rewritten.</summary>
    public virtual bool CanMove(Operator op) => true;

    /// <summary>Rewrites the parameters for the stored order.</summary>
    public abstract void Move(Operator op, int[] label);

    private sealed class None : AxisParameters
    {
        public override void Move(Operator op, int[] label)
        {
            // Nothing names an axis.
        }
    }
}
