using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Passes;

/// <summary>How axes of an operator's tensors can be merged, and up to how many its kernel takes.</summary>
internal abstract class MergeRule(int limit)
{
    public int Limit => limit;

    public virtual int Rank(Operator op) => op.Output.Rank;

    public virtual bool Exceeds(Operator op) => Rank(op) > limit;

    /// <summary>Whether an input has the operator's axes, as opposed to a parameter.</summary>
    public virtual bool IsData(Operator op, int input) => true;

    /// <summary>Whether an axis can be merged with the one before it.</summary>
    public abstract bool Joins(Operator op, int axis);

    /// <summary>Rewrites parameters for the merged axes; inputs have their new shapes already, outputs still the old.</summary>
    public virtual void Apply(Operator op, int[] groups)
    {
    }

    /// <summary>First axes of the groups.</summary>
    public int[] Groups(Operator op) => [.. Enumerable.Range(0, Rank(op)).Where(axis => axis == 0 || !Joins(op, axis))];
}
