using System.Runtime.InteropServices;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>
/// A large depthwise convolution whose window has more elements than XNNPACK's depthwise kernels take becomes a sum of three: each has
/// some columns of the window, chosen evenly around the middle so that the border stays what it was. XNNPACK would else compute it
/// as a convolution of groups with one channel each, six times as slow.
/// </summary>
internal static class SplitDepthwisePass
{
    /// <summary>Elements of the largest window that XNNPACK (LiteRT 2.3) has a depthwise kernel for.</summary>
    private const int MostElements = 25;

    /// <summary>Below so many products the four more operators are not worth it.</summary>
    private const long LeastProducts = 10_000_000;

    private const int Width = 7;

    // Every third column; the outer two of the others; the inner two.
    private static readonly (int First, int Step)[] s_bands = [(0, 3), (1, 4), (2, 2)];

    public static void Run(Subgraph graph, PassContext context)
    {
        var builder = new GraphBuilder(graph, context.Names);
        foreach (var op in graph.Operators.Where(IsMeant).ToList())
        {
            Split(builder, op, (DepthwiseConv2DOptions)op.Options);
        }
    }

    private static bool IsMeant(Operator op) =>
        op is { Code: BuiltinOperator.DepthwiseConv2d, Options: DepthwiseConv2DOptions { Padding: Padding.Same, StrideH: 1, StrideW: 1, Multiplier: 1, DilationH: 1, DilationW: 1 }, Output.Type: TensorType.Float32 }
        && WeightAxes.Of(op) is not null
        && op.Input(1).Shape is [_, { IsKnown: true, Value: var height }, { IsKnown: true, Value: Width }, _]
        && height * Width > MostElements && height * 3 <= MostElements
        && op.Output.IsStatic && op.Output.Count * height * Width >= LeastProducts;

    private static void Split(GraphBuilder builder, Operator op, DepthwiseConv2DOptions options)
    {
        builder.Origin = op.Origin;
        var (x, shape) = (op.Input(0), op.Output.Shape);
        var noBias = builder.Floats([shape[1].Value], new float[shape[1].Value]);
        Tensor? sum = null;
        foreach (var (first, step) in s_bands)
        {
            var bias = sum is null ? op.Input(2) : noBias;
            var band = builder.DepthwiseConv2D(x, Band(op.Input(1), first, step, builder.Names), bias, options with { DilationW = step, Activation = Activation.None }, shape[2], shape[3]);
            sum = sum is null ? band : builder.Plus(sum, band);
        }

        sum!.Producer!.Options = ((AddOptions)sum.Producer.Options) with { Activation = options.Activation };
        Patterns.Replace(builder.Graph, op.Output, sum);
    }

    // [1, height, 7, channels]: columns first, first + step ... up to the same distance from the other side.
    private static Tensor Band(Tensor weights, int first, int step, NameSource names)
    {
        int height = (int)weights.Shape[1].Value, channels = (int)weights.Shape[3].Value;
        int columns = ((Width - 1 - (2 * first)) / step) + 1;
        var source = weights.Data!;
        byte[] Cut()
        {
            float[] cut = new float[height * columns * channels];
            var all = MemoryMarshal.Cast<byte, float>(source.Read());
            for (int i = 0; i < height * columns; i++)
            {
                int column = first + (i % columns * step);
                all.Slice(((i / columns * Width) + column) * channels, channels).CopyTo(cut.AsSpan(i * channels));
            }

            return MemoryMarshal.AsBytes(cut.AsSpan()).ToArray();
        }

        return new Tensor(names.Fresh(weights.Name), weights.Type, [1, height, columns, channels]) { Data = source.Map((long)height * columns * channels * sizeof(float), Cut) };
    }
}
