using Onnx.Model;
using Onnx.Model.Analysis;

namespace Platform.Runners;

/// <summary>
/// Values for an input out of a seed: standard-normal for floating point, the whole range for 8-bit integers, zeros and ones
/// for other integers, which may be indices or lengths.
/// </summary>
internal static class SeededValues
{
    public static (TensorProto Source, TensorProto Product) Make(InputPlan plan, SeededNumbers random)
    {
        double[] values = new double[plan.Dims.Aggregate(1L, (product, dim) => checked(product * dim))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = plan.SourceType switch
            {
                DataType.UInt8 => random.Whole(0, 256),
                DataType.Int8 => random.Whole(-128, 128),
                var type when type.IsFloatingPoint() => (float)random.Normal(),
                _ => random.Whole(0, 2),
            };
        }

        double[] integers = plan.IsQuantized ? Quantize(plan, values) : values;
        var product = Create(plan.ProductType, plan.Dims, integers, plan.Product.Name);
        return (Create(plan.SourceType, plan.Dims, values, plan.Source.Name), Reordered(product, plan.Order));
    }

    /// <summary>A given value of the source's input as the product takes it.</summary>
    public static TensorProto ForProduct(InputPlan plan, TensorProto source)
    {
        double[] values = TensorReading.Doubles(source);
        var product = Create(plan.ProductType, [.. source.Dims], plan.IsQuantized ? Quantize(plan, values) : values, plan.Product.Name);
        return Reordered(product, plan.Order);
    }

    // The source then gets the values that the integers stand for.
    private static double[] Quantize(InputPlan plan, double[] values)
    {
        var (low, high) = plan.ProductType switch
        {
            DataType.UInt8 => (0, 255),
            DataType.Int8 => (-128, 127),
            DataType.UInt16 => (0, 65535),
            _ => (-32768, 32767),
        };
        double[] integers = Array.ConvertAll(values, value => Math.Clamp(Math.Round(value / plan.Product.Scale) + plan.Product.ZeroPoint, low, high));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (integers[i] - plan.Product.ZeroPoint) * plan.Product.Scale;
        }

        return integers;
    }

    private static TensorProto Create(DataType type, long[] dims, double[] values, string name) => type.IsFloatingPoint()
        ? TensorWriting.FromDoubles(type, dims, values, name)
        : TensorWriting.FromInt64s(type, dims, Array.ConvertAll(values, value => (long)value), name);

    private static TensorProto Reordered(TensorProto tensor, int[] order) => AxisOrder.IsIdentity(order) ? tensor : new TensorProto
    {
        Name = tensor.Name,
        DataType = tensor.DataType,
        Dims = AxisOrder.Apply(tensor.Dims, order),
        Data = TensorData.From(AxisOrder.Apply(tensor.Data.AsSpan(), tensor.Dims, order, (int)tensor.DataType.ByteSize(1))),
    };
}
