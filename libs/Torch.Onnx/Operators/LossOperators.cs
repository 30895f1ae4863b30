using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Losses of two tensors, element by element, then reduced.</summary>
internal static class LossOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("mse_loss", "Sub, Mul, ReduceMean", c => Reduced(c, c.B.Square(Difference(c)))),
        Of("l1_loss", "Sub, Abs, ReduceMean", c => Reduced(c, c.B.Abs(Difference(c)))),
        Of("smooth_l1_loss", "Sub, Abs, Where, ReduceMean", c => Reduced(c, SmoothL1(c))),
        Of("huber_loss", "Sub, Abs, Where, ReduceMean", c => Reduced(c, Huber(c))),
        Of("kl_div", "Exp, Log, Mul, ReduceMean", c => Reduced(c, Divergence(c))),
        Of("binary_cross_entropy", "Log, Mul, ReduceMean", c => Reduced(c, BinaryCrossEntropy(c))),
        Of("binary_cross_entropy_with_logits", "Softplus, Mul, ReduceMean", c => Reduced(c, BinaryCrossEntropyOfLogits(c))),
        Of("poisson_nll_loss", "Exp, Log, Mul, ReduceMean", c => Reduced(c, Poisson(c))),
        Of("soft_margin_loss", "Softplus, Mul, ReduceMean", c => Reduced(c, c.B.Op("Softplus", c.B.Neg(c.B.Mul(c.InResultType("self"), c.InResultType("target")))))),
        Of("hinge_embedding_loss", "Equal, Where, Max, ReduceMean", c => Reduced(c, Hinge(c))),
        Of("margin_ranking_loss", "Sub, Mul, Max, ReduceMean", c => Reduced(c, Ranking(c))),
        Of("cosine_embedding_loss", "Mul, ReduceSum, Where, ReduceMean", c => Reduced(c, CosineEmbedding(c))),
        Of("triplet_margin_loss", "Sub, ReduceL2, Max, ReduceMean", c => Reduced(c, Triplet(c))),
    ];

    /// <summary>Reduces by the argument <c>reduction</c>: 0 not at all, 1 to the mean, 2 to the sum.</summary>
    public static Value Reduced(OperatorCall c, Value loss) => c.Int("reduction") switch
    {
        0 => loss,
        1 => c.B.Mean(loss, null),
        2 => c.B.Sum(loss, null),
        var kind => throw LoweringException.Malformed($"a loss is reduced by {kind}"),
    };

    private static Value Difference(OperatorCall c) => c.B.Sub(c.InResultType("self"), c.InResultType("target"));

    private static Value SmoothL1(OperatorCall c)
    {
        var b = c.B;
        double beta = c.Float("beta");
        var distance = b.Abs(Difference(c));
        return beta == 0 ? distance : b.Where(b.Less(distance, beta), b.Mul(b.Square(distance), 0.5 / beta), b.Sub(distance, 0.5 * beta));
    }

    private static Value Huber(OperatorCall c)
    {
        var b = c.B;
        double delta = c.Float("delta");
        var distance = b.Abs(Difference(c));
        return b.Where(b.Op("LessOrEqual", distance, c.Const(delta)), b.Mul(b.Square(distance), 0.5), b.Mul(b.Sub(distance, 0.5 * delta), delta));
    }

    private static Value Divergence(OperatorCall c)
    {
        var b = c.B;
        var x = c.InResultType("self");
        var target = c.InResultType("target");
        if (c.Bool("log_target"))
        {
            return b.Mul(b.Exp(target), b.Sub(target, x));
        }

        var entropy = b.Where(b.Equal(target, 0), b.Like(target, 0), b.Mul(target, b.Log(target)));
        return b.Sub(entropy, b.Mul(target, x));
    }

    private static Value BinaryCrossEntropy(OperatorCall c)
    {
        var b = c.B;
        var x = c.InResultType("self");
        var target = c.InResultType("target");
        // PyTorch bounds the logarithms, so that a certain wrong answer has a finite loss.
        var yes = b.Mul(target, b.Max(b.Log(x), -100));
        var no = b.Mul(b.Sub(1, target), b.Max(b.Log(b.Sub(1, x)), -100));
        return Weighted(c, b.Neg(b.Add(yes, no)));
    }

    private static Value BinaryCrossEntropyOfLogits(OperatorCall c)
    {
        var b = c.B;
        var x = c.InResultType("self");
        var target = c.InResultType("target");
        var tail = b.Add(b.Log(b.Add(b.Exp(b.Neg(b.Abs(x))), 1)), b.Max(b.Neg(x), 0));
        if (c.OptionalInResultType("pos_weight") is { } positive)
        {
            tail = b.Mul(tail, b.Add(b.Mul(b.Sub(positive, 1), target), 1));
        }

        return Weighted(c, b.Add(b.Mul(b.Sub(1, target), x), tail));
    }

    private static Value Weighted(OperatorCall c, Value loss) => c.OptionalInResultType("weight") is { } weight ? c.B.Mul(loss, weight) : loss;

    private static Value Poisson(OperatorCall c)
    {
        var b = c.B;
        var x = c.InResultType("input");
        var target = c.InResultType("target");
        var loss = c.Bool("log_input")
            ? b.Sub(b.Exp(x), b.Mul(target, x))
            : b.Sub(x, b.Mul(target, b.Log(b.Add(x, c.Float("eps")))));
        if (!c.Bool("full"))
        {
            return loss;
        }

        var stirling = b.Add(b.Sub(b.Mul(target, b.Log(target)), target), b.Mul(b.Log(b.Mul(target, 2 * Math.PI)), 0.5));
        return b.Add(loss, b.Where(b.Greater(target, 1), stirling, b.Like(target, 0)));
    }

    private static Value Hinge(OperatorCall c)
    {
        var b = c.B;
        var x = c.InResultType("self");
        var target = c.InResultType("target");
        var zero = c.Const(0);
        var far = b.Where(b.Equal(target, 1), zero, b.Max(b.Sub(c.Float("margin"), x), 0));
        return b.Add(far, b.Where(b.Equal(target, -1), zero, x));
    }

    private static Value Ranking(OperatorCall c)
    {
        var b = c.B;
        var order = b.Mul(c.InResultType("target"), b.Sub(c.InResultType("input1"), c.InResultType("input2")));
        return b.Max(b.Sub(c.Float("margin"), order), 0);
    }

    private static Value CosineEmbedding(OperatorCall c)
    {
        const double Epsilon = 1e-12;
        var b = c.B;
        long axis = c.Real("target").Rank;
        var x = c.InResultType("input1");
        var y = c.InResultType("input2");
        var target = c.InResultType("target");
        var norms = b.Mul(b.Add(b.Sum(b.Square(x), [axis]), Epsilon), b.Add(b.Sum(b.Square(y), [axis]), Epsilon));
        var cosine = b.Div(b.Sum(b.Mul(x, y), [axis]), b.Sqrt(norms));
        var zero = c.Const(0);
        var apart = b.Where(b.Equal(target, -1), b.Max(b.Sub(cosine, c.Float("margin")), 0), zero);
        return b.Where(b.Equal(target, 1), b.Sub(1, cosine), apart);
    }

    private static Value Triplet(OperatorCall c)
    {
        var b = c.B;
        var anchor = c.InResultType("anchor");
        var positive = c.InResultType("positive");
        var negative = c.InResultType("negative");
        int rank = c.Real("anchor").Rank;
        double p = c.Float("p");
        double eps = c.Float("eps");
        var near = DistanceOperators.Pairwise(c, anchor, positive, p, eps, false, rank);
        var far = DistanceOperators.Pairwise(c, anchor, negative, p, eps, false, rank);
        if (c.Bool("swap"))
        {
            far = b.Min(far, DistanceOperators.Pairwise(c, positive, negative, p, eps, false, rank));
        }

        return b.Max(b.Add(b.Sub(near, far), c.Float("margin")), 0);
    }
}
