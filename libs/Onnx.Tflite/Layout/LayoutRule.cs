using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Layout;

/// <summary>
/// How an operator's tensors may be stored. A label is the stored order of the operator's reference tensor, its first
/// result; it decides the orders of all others.
/// </summary>
internal abstract class LayoutRule
{
    /// <summary>The only label the operator can have; null where it is free.</summary>
    public virtual int[]? Fixed(Operator op) => null;

    /// <summary>The label that stores everything as ONNX has it.</summary>
    public virtual int[] Initial(Operator op) => StoredOrder.Identity(op.Output.Rank);

    /// <summary>Whether the operator can run with a label.</summary>
    public abstract bool Allows(Operator op, int[] label);

    /// <summary>The order that an input must be stored in; null for parameters and single elements, which have none.</summary>
    public abstract int[]? Input(Operator op, int i, int[] label);

    /// <summary>The order of a parameter that is computed at run time: as it is written.</summary>
    protected static int[]? AsWritten(Operator op, int i) => op.Inputs[i] is { IsConstant: false } parameter ? StoredOrder.Identity(parameter.Rank) : null;

    /// <summary>The order that a result is stored in.</summary>
    public abstract int[] Output(Operator op, int i, int[] label);

    /// <summary>The label that follows from an input's order; null where there is none.</summary>
    public abstract int[]? FromInput(Operator op, int i, int[] order);

    /// <summary>The label that follows from a result's order; null where there is none.</summary>
    public virtual int[]? FromOutput(Operator op, int i, int[] order) => Allows(op, order) ? order : null;

    /// <summary>Rewrites axes and parameters for the stored order; called before shapes are changed.</summary>
    public virtual void Apply(Operator op, int[] label)
    {
    }
}
