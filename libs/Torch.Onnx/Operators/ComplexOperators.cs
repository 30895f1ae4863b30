using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Complex tensors and their parts. In ONNX a complex tensor is a real one with a last dimension of size 2.</summary>
internal static class ComplexOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        new("real", "Gather", c => Part(c, 0)),
        new("imag", "Gather", c => Part(c, 1)),
        new("view_as_real view_as_real_copy view_as_complex view_as_complex_copy", "(nothing)", SamePairs),
        new("conj _conj conj_physical _conj_physical", "Mul", Conjugate),
        Of("complex", "Unsqueeze, Concat", c => Join(c, Broadcast(c, "real", "imag"), Broadcast(c, "imag", "real"))),
        Of("polar", "Cos, Sin, Mul, Concat", Polar),
    ];

    private static void Part(OperatorCall c, int part)
    {
        var view = c.View("self");
        if (!view.Meta.Type.IsComplex())
        {
            c.Return(0, new CallResult.Same(view));
            return;
        }

        int rank = view.Meta.Rank;
        c.ReturnView(view, new ViewRule(
            pairs => c.B.Select(pairs, rank, part),
            (pairs, written) =>
            {
                var kept = c.B.Slice(pairs, rank, 1 - part, 2 - part);
                var changed = c.B.Unsqueeze(written, rank);
                return part == 0 ? c.B.Concat(rank, changed, kept) : c.B.Concat(rank, kept, changed);
            }));
    }

    private static void SamePairs(OperatorCall c) => c.ReturnView(c.View("self"), new ViewRule(pairs => pairs, (_, written) => written));

    private static void Conjugate(OperatorCall c)
    {
        var view = c.View("self");
        if (!view.Meta.Type.IsComplex())
        {
            c.Return(0, new CallResult.Same(view));
            return;
        }

        c.ReturnView(view, new ViewRule(pairs => ComplexMath.Conjugate(c.B, pairs), (_, written) => ComplexMath.Conjugate(c.B, written)));
    }

    private static Value Broadcast(OperatorCall c, string name, string other) => c.Real(name).Sizes.AsSpan().SequenceEqual(c.Real(other).Sizes)
        ? c.InResultType(name)
        : c.B.Expand(c.InResultType(name), c.Sizes.ShapeOf(c.Result.Sizes));

    private static Value Join(OperatorCall c, Value real, Value imaginary) => ComplexMath.Join(c.B, real, imaginary, c.Result.Rank);

    private static Value Polar(OperatorCall c)
    {
        var length = c.InResultType("abs");
        var angle = c.InResultType("angle");
        return Join(c, c.B.Mul(length, c.B.Cos(angle)), c.B.Mul(length, c.B.Sin(angle)));
    }
}
