using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>Slices that cut one tensor into equal parts, as one SPLIT.</summary>
internal static class MergeSlicesPass
{
    // More parts than XNNPACK takes would leave its partition.
    private const int MostParts = 4;

    public static void Run(Subgraph graph, PassContext context)
    {
        var builder = new GraphBuilder(graph, context.Names);
        foreach (var group in graph.Operators.Where(op => op.Code == BuiltinOperator.Slice && Cut.TryRead(op) is not null).GroupBy(op => op.Input(0)).Where(group => group.Count() is >= 2 and <= MostParts).ToList())
        {
            var cuts = group.Select(op => Cut.TryRead(op)!).OrderBy(cut => cut.Begin).ToList();
            // An earlier split may have taken the place of what these cut.
            var whole = cuts[0].Operator.Input(0);
            if (cuts.TrueForAll(cut => cut.Axis == cuts[0].Axis && cut.Size == cuts[0].Size)
                && cuts.Index().All(item => item.Item.Begin == item.Index * cuts[0].Size)
                && whole.Shape[cuts[0].Axis] == cuts.Count * (long)cuts[0].Size)
            {
                builder.Origin = string.Join(" + ", cuts.Select(cut => cut.Operator.Origin));
                var parts = builder.Split(whole, cuts[0].Axis, cuts.Count);
                foreach (var (cut, part) in cuts.Zip(parts))
                {
                    Patterns.Replace(graph, cut.Operator.Output, part);
                }
            }
        }
    }

    private sealed record Cut(Operator Operator, int Axis, int Begin, int Size)
    {
        public static Cut? TryRead(Operator op)
        {
            if (!op.Input(1).IsConstant || !op.Input(2).IsConstant || !op.Input(0).IsStatic)
            {
                return null;
            }

            int[] begin = ConstantTensors.ReadInt32s(op.Input(1)), size = ConstantTensors.ReadInt32s(op.Input(2));
            var dims = op.Input(0).Dims;
            var cut = Enumerable.Range(0, begin.Length).Where(axis => begin[axis] != 0 || (size[axis] >= 0 && size[axis] != dims[axis])).ToList();
            return cut is [var one] ? new Cut(op, one, begin[one], size[one] < 0 ? (int)dims[one] - begin[one] : size[one]) : null;
        }
    }
}
