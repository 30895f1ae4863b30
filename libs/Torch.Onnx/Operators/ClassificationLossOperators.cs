using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Losses whose target is a class.</summary>
internal static class ClassificationLossOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("nll_loss nll_loss2d nll_loss_nd", "GatherElements, Mul, ReduceSum", c => LogLikelihood(c, c.InResultType("self")).Loss),
        Many("nll_loss_forward nll_loss2d_forward", "GatherElements, Mul, ReduceSum", c => LogLikelihood(c, c.InResultType("self")) is var (loss, total) ? [loss, total] : []),
        Of("cross_entropy_loss", "LogSoftmax, GatherElements, ReduceSum", CrossEntropy),
        Of("multi_margin_loss", "GatherElements, Max, ReduceSum", MultiMargin),
    ];

    private static int ClassAxis(OperatorCall c) => c.Real("self").Rank > 1 ? 1 : 0;

    private static (Value Loss, Value TotalWeight) LogLikelihood(OperatorCall c, Value scores)
    {
        var b = c.B;
        int axis = ClassAxis(c);
        var (isValid, target) = Targets(c);
        var picked = b.Squeeze(b.Op("GatherElements", [scores, b.Unsqueeze(target, axis)], Attr.From("axis", axis)), axis);
        var weights = Weights(c, isValid, target);
        var loss = b.Where(isValid, b.Neg(b.Mul(picked, weights)), c.Const(0));
        return (Reduced(c, loss, weights), b.Sum(weights, null));
    }

    // The mean is over the weights of the targets that count.
    private static Value Reduced(OperatorCall c, Value loss, Value weights) =>
        c.Int("reduction") == 1 ? c.B.Div(c.B.Sum(loss, null), c.B.Sum(weights, null)) : LossOperators.Reduced(c, loss);

    private static (Value IsValid, Value Target) Targets(OperatorCall c)
    {
        var target = c.B.Cast(c.In("target"), DataType.Int64);
        var isValid = c.B.Not(c.B.Equal(target, c.Int("ignore_index")));
        return (isValid, c.B.Where(isValid, target, c.B.Const(DataType.Int64, 0)));
    }

    private static Value Weights(OperatorCall c, Value isValid, Value target) => c.OptionalInResultType("weight") is { } weight
        ? c.B.Where(isValid, c.B.Gather(weight, target, 0), c.Const(0))
        : c.B.Cast(isValid, c.ResultType());

    private static Value CrossEntropy(OperatorCall c)
    {
        var b = c.B;
        int axis = ClassAxis(c);
        var logs = b.Op("LogSoftmax", [c.InResultType("self")], Attr.From("axis", axis));
        double smoothing = c.Float("label_smoothing");
        if (c.Real("target").Type.IsFloat())
        {
            return OfProbabilities(c, logs, axis, smoothing);
        }

        var hard = LogLikelihood(c, logs).Loss;
        if (smoothing == 0)
        {
            return hard;
        }

        var (isValid, target) = Targets(c);
        var sum = b.Neg(b.Sum(OfEachClass(c, logs, axis), [axis]));
        var smooth = Reduced(c, b.Where(isValid, sum, c.Const(0)), Weights(c, isValid, target));
        double share = smoothing / c.Real("self").StaticSize(axis, "the scores");
        return b.Add(b.Mul(hard, 1 - smoothing), b.Mul(smooth, share));
    }

    private static Value OfProbabilities(OperatorCall c, Value logs, int axis, double smoothing)
    {
        var b = c.B;
        var target = c.InResultType("target");
        if (smoothing != 0)
        {
            target = b.Add(b.Mul(target, 1 - smoothing), smoothing / c.Real("self").StaticSize(axis, "the scores"));
        }

        return LossOperators.Reduced(c, b.Neg(b.Sum(b.Mul(OfEachClass(c, logs, axis), target), [axis])));
    }

    private static Value OfEachClass(OperatorCall c, Value logs, int axis)
    {
        if (c.OptionalInResultType("weight") is not { } weight)
        {
            return logs;
        }

        int after = c.Real("self").Rank - 1 - axis;
        return c.B.Mul(logs, c.B.Unsqueeze(weight, [.. BuilderShapes.Order(after).Select(dim => dim + 1)]));
    }

    private static Value MultiMargin(OperatorCall c)
    {
        var b = c.B;
        var scores = c.Real("self");
        int axis = ClassAxis(c);
        long classes = scores.StaticSize(axis, "the scores");
        var target = b.Unsqueeze(b.Cast(c.In("target"), DataType.Int64), axis);
        var x = c.InResultType("self");
        var picked = b.Op("GatherElements", [x, target], Attr.From("axis", axis));
        var excess = b.Max(b.Add(b.Sub(x, picked), c.Float("margin")), 0);
        excess = c.Float("p") == 2 ? b.Square(excess) : excess;
        if (c.OptionalInResultType("weight") is { } weight)
        {
            excess = b.Mul(excess, b.Gather(weight, target, 0));
        }

        var isTarget = b.Equal(b.Constants.Integers([classes], BuilderShapes.Order((int)classes)), target);
        var others = b.Where(isTarget, c.Const(0), excess);
        return LossOperators.Reduced(c, b.Div(b.Sum(others, [axis]), classes));
    }
}
