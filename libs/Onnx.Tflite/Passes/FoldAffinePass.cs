using System.Runtime.InteropServices;
using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>
/// Factors and offsets of channels (batch normalisation, layer scale, gains) go into the weights of the convolution or matrix
/// product before them, else of those behind them. Weights are scaled only when the file is written.
/// </summary>
internal static class FoldAffinePass
{
    public static void Run(Subgraph graph, PassContext context)
    {
        foreach (var op in graph.Operators.ToList())
        {
            FoldIntoProducer(graph, context, op);
        }

        foreach (var op in graph.Operators.AsEnumerable().Reverse().ToList())
        {
            FoldIntoReaders(graph, context, op);
        }
    }

    // Between the two may stand a transpose, which moves the channels.
    private static void FoldIntoProducer(Subgraph graph, PassContext context, Operator op)
    {
        var direct = op.Inputs.Select(input => input?.Producer).FirstOrDefault(candidate => candidate is not null);
        int[]? order = Patterns.Order(direct);
        var producer = order is null ? direct : direct!.Output.HasOneReader ? direct.Input(0).Producer : null;
        if (producer is not { Options: ActivationOptions { Activation: Activation.None }, Output.HasOneReader: true } || WeightAxes.Of(producer) is not { } axes)
        {
            return;
        }

        int axis = order is null ? axes.Activation : Array.IndexOf(order, axes.Activation);
        if (AffineStep.TryRead(op, axis) is not { } step || !ReferenceEquals(step.Operand, direct!.Output))
        {
            return;
        }

        var bias = producer.Input(axes.Bias);
        if (bias.Count != step.Factor.Length)
        {
            return;
        }

        producer.SetInput(axes.Weights, Scaled(producer.Input(axes.Weights), axes.Output, step.Factor, context));
        producer.SetInput(axes.Bias, Mapped(bias, values =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (values[i] * step.Factor[i]) + step.Offset[i];
            }
        }, context));
        producer.Origin = $"{producer.Origin} + {op.Origin}";
        Patterns.Replace(graph, op.Output, direct.Output);
    }

    private static void FoldIntoReaders(Subgraph graph, PassContext context, Operator op)
    {
        var mover = op.Output.Readers is [{ } only] && Patterns.Order(only) is not null ? only : null;
        var given = mover?.Output ?? op.Output;
        var readers = given.Readers;
        if (op.Output.OutputUses > 0 || given.OutputUses > 0 || readers.Count == 0 || !readers.TrueForAll(reader => ReferenceEquals(Operand(reader), given) && CanTake(reader)))
        {
            return;
        }

        // A convolution and a matrix product that read the same have their channels on different axes.
        int axis = WeightAxes.Of(readers[0])!.Activation;
        if (readers.Any(reader => WeightAxes.Of(reader)!.Activation != axis) || AffineStep.TryRead(op, mover is null ? axis : Patterns.Order(mover)![axis]) is not { } step)
        {
            return;
        }

        foreach (var reader in readers.ToList())
        {
            Take(reader, step, context);
            reader.Origin = $"{op.Origin} + {reader.Origin}";
        }

        graph.Replace(op.Output, step.Operand);
        op.Detach();
    }

    private static Tensor? Operand(Operator reader) => reader.Inputs.Count > 0 ? reader.Inputs[0] : null;

    // With a border of zeros the offset would have to be missing there.
    private static bool CanTake(Operator reader) => WeightAxes.Of(reader) is { Input: >= 0 } axes && reader.Code switch
    {
        BuiltinOperator.FullyConnected => true,
        BuiltinOperator.Conv2d => HasNoBorder(reader, (Conv2DOptions)reader.Options) && reader.Input(axes.Weights).Shape[3] == reader.Input(0).Shape[1],
        _ => false,
    };

    private static bool HasNoBorder(Operator convolution, Conv2DOptions options)
    {
        var (x, weights) = (convolution.Input(0), convolution.Input(1));
        return options.Padding == Padding.Valid
            || (FitsWhole(x.Shape[2], weights.Shape[1], options.StrideH, options.DilationH) && FitsWhole(x.Shape[3], weights.Shape[2], options.StrideW, options.DilationW));
    }

    // The last window ends at or before the last element.
    private static bool FitsWhole(SymInt size, SymInt window, int stride, int dilation) =>
        size.IsKnown && ((size.Value + stride - 1) / stride * stride) - stride + ((window.Value - 1) * dilation) + 1 <= size.Value;

    private static void Take(Operator reader, AffineStep step, PassContext context)
    {
        var axes = WeightAxes.Of(reader)!;
        var weights = reader.Input(axes.Weights);
        if (Array.Exists(step.Offset, value => value != 0))
        {
            int inputs = step.Offset.Length;
            reader.SetInput(axes.Bias, Mapped(reader.Input(axes.Bias), values => AddOffsets(values, MemoryMarshal.Cast<byte, float>(weights.Data!.Read()), step.Offset, inputs), context));
        }

        reader.SetInput(axes.Weights, Scaled(weights, axes.Input, step.Factor, context));
    }

    // Input channels are the last axis of the weights, output channels the first.
    private static void AddOffsets(Span<float> bias, ReadOnlySpan<float> weights, float[] offset, int inputs)
    {
        int perOutput = weights.Length / bias.Length;
        for (int output = 0; output < bias.Length; output++)
        {
            double sum = bias[output];
            for (int i = 0; i < perOutput; i++)
            {
                sum += (double)weights[(output * perOutput) + i] * offset[i % inputs];
            }

            bias[output] = (float)sum;
        }
    }

    private static Tensor Scaled(Tensor weights, int axis, float[] factor, PassContext context)
    {
        if (Array.TrueForAll(factor, value => value == 1))
        {
            return weights;
        }

        int inner = (int)weights.Dims[(axis + 1)..].Aggregate(1L, (product, dim) => product * dim);
        return Mapped(weights, values =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] *= factor[i / inner % factor.Length];
            }
        }, context);
    }

    private static Tensor Mapped(Tensor constant, Change change, PassContext context)
    {
        var source = constant.Data!;
        byte[] Compute()
        {
            byte[] bytes = source.Read().ToArray();
            change(MemoryMarshal.Cast<byte, float>(bytes.AsSpan()));
            return bytes;
        }

        return new Tensor(context.Names.Fresh(constant.Name), constant.Type, constant.Shape) { Data = source.Map(source.Length, Compute) };
    }

    private delegate void Change(Span<float> values);
}
