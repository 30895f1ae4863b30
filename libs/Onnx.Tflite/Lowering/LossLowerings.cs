using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Losses of classification.</summary>
internal static class LossLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("NegativeLogLikelihoodLoss", n => Loss(n, n.In(0))) { Builtins = "ONE_HOT, MUL, SUM, GATHER, NOT_EQUAL, SELECT_V2, DIV" },
        new("SoftmaxCrossEntropyLoss", CrossEntropy) { Builtins = "LOG_SOFTMAX, ONE_HOT, MUL, SUM, GATHER, NOT_EQUAL, SELECT_V2, DIV, TRANSPOSE" },
    ];

    private static void CrossEntropy(LoweringNode n)
    {
        var logs = n.B.OnLastAxis(n.In(0), 1, n.B.LogSoftmax);
        n.Out(1, logs);
        Loss(n, logs);
    }

    // logs: [N, C, d...]; target: [N, d...].
    private static void Loss(LoweringNode n, Tensor logs)
    {
        var target = n.B.Cast(n.In(1), TensorType.Int32);
        var classes = logs.Shape[1].IsKnown ? logs.Shape[1] : throw n.Dynamic("an open number of classes");
        Tensor? ignored = n.Node.Attribute("ignore_index") is { } ignore ? n.B.Equal(target, n.B.Int32((int)ignore.Int)) : null;
        // A target outside of the classes is all zeros in one-hot form, so an ignored one costs nothing.
        var picked = n.B.OneHot(target, n.B.Int32((int)classes.Value), n.B.Float(1), n.B.Float(0), 1, classes);
        var chosen = n.B.Squeeze(n.B.Sum(n.B.Times(logs, picked), [1]), 1);
        var costs = n.B.Neg(chosen);
        Tensor? weights = n.Optional(2) is { } given ? Weights(n, given, target, classes.Value) : null;
        if (ignored is not null)
        {
            var one = weights ?? n.B.BroadcastTo(n.B.Float(1), target.Shape);
            weights = n.B.Select(ignored, n.B.Float(0), one);
            costs = n.B.Select(ignored, n.B.Float(0), costs);
        }

        n.Out(0, Reduced(n, weights is null ? costs : n.B.Times(costs, weights), weights));
    }

    // Ignored targets may lie outside of the classes; their weight is replaced by zero later.
    private static Tensor Weights(LoweringNode n, Tensor weights, Tensor target, long classes) =>
        n.B.Gather(weights, n.B.Minimum(n.B.Maximum(target, 0), classes - 1), 0);

    private static Tensor Reduced(LoweringNode n, Tensor costs, Tensor? weights)
    {
        int[] all = [.. Enumerable.Range(0, costs.Rank)];
        Tensor Total(Tensor x) => n.B.Reshape(n.B.Sum(x, all), []);
        return n.Node.Text("reduction", "mean") switch
        {
            "none" => costs,
            "sum" => Total(costs),
            _ => weights is null ? n.B.Reshape(n.B.Mean(costs, all), []) : n.B.Over(Total(costs), Total(weights)),
        };
    }
}
