using Torch.Onnx.Emission;

namespace Torch.Onnx.Lowering;

/// <summary>How operators are converted: one mapping for one or several names.</summary>
/// <param name="Names">
/// Names with overload, parted by spaces; the library <c>aten</c> and the overload <c>default</c> may be left out.
/// </param>
/// <param name="Onnx">The ONNX operators it becomes, for docs/aten.md.</param>
/// <param name="Lower">The mapping.</param>
/// <param name="Note">What is special about it, for docs/aten.md; empty when nothing is.</param>
internal sealed record OperatorEntry(string Names, string Onnx, Action<OperatorCall> Lower, string Note = "")
{
    /// <summary>A mapping with one result.</summary>
    public static OperatorEntry Of(string names, string onnx, Func<OperatorCall, Value> lower, string note = "") =>
        new(names, onnx, call => call.Return(lower(call)), note);

    /// <summary>A mapping with several results; those that are null are only allowed where nothing uses them.</summary>
    public static OperatorEntry Many(string names, string onnx, Func<OperatorCall, Value?[]> lower, string note = "") =>
        new(names, onnx, call => call.Return(lower(call)), note);

    /// <summary>A mapping whose result is a number, not a tensor.</summary>
    public static OperatorEntry Scalar(string names, string onnx, Func<OperatorCall, Number> lower, string note = "") =>
        new(names, onnx, call => call.MadeNumber = lower(call), note);

    /// <summary>The names in full: library, operator and overload.</summary>
    public IEnumerable<string> FullNames
    {
        get
        {
            foreach (string name in Names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] parts = name.Split('.');
                yield return parts.Length switch
                {
                    1 => $"aten.{name}.default",
                    2 => $"aten.{name}",
                    _ => name,
                };
            }
        }
    }
}
