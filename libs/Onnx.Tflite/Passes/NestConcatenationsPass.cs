using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>
/// A concatenation that begins with all operands of another one reads that one's result instead, as densely connected networks
/// have it: delegates take few operands only, and each element is read once less.
/// </summary>
internal static class NestConcatenationsPass
{
    public static void Run(Subgraph graph)
    {
        var roots = new Dictionary<int, Beginning>();
        foreach (var op in graph.Operators.Where(op => op is { Code: BuiltinOperator.Concatenation, Output.Quantization: null }).OrderBy(op => op.Inputs.Count).ToList())
        {
            int axis = ((ConcatenationOptions)op.Options).Axis;
            if (!roots.TryGetValue(axis, out var root))
            {
                roots[axis] = root = new Beginning();
            }

            Nest(op, root);
        }
    }

    private static void Nest(Operator op, Beginning root)
    {
        Tensor[] operands = [.. op.Inputs.OfType<Tensor>()];
        var (at, longest, length) = (root, (Tensor?)null, 0);
        for (int i = 0; i < operands.Length; i++)
        {
            at = at.Then(operands[i]);
            if (at.Whole is not null)
            {
                (longest, length) = (at.Whole, i + 1);
            }
        }

        if (longest is null)
        {
            at.Whole = op.Output;
        }
        else if (length < operands.Length)
        {
            Replace(op, [longest, .. operands[length..]]);
            at.Whole = op.Output;
        }
    }

    private static void Replace(Operator op, Tensor[] operands)
    {
        while (op.Inputs.Count > operands.Length)
        {
            op.RemoveLastInput();
        }

        for (int i = 0; i < operands.Length; i++)
        {
            op.SetInput(i, operands[i]);
        }
    }

    /// <summary>Operands that concatenations begin with, as a tree.</summary>
    private sealed class Beginning
    {
        private readonly Dictionary<Tensor, Beginning> _next = [];

        /// <summary>The result of the concatenation of exactly these.</summary>
        public Tensor? Whole { get; set; }

        public Beginning Then(Tensor operand) => _next.TryGetValue(operand, out var next) ? next : _next[operand] = new Beginning();
    }
}
