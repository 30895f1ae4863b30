using Onnx.Model;
using Platform.Contracts.Hub.V1;
using TensorSpec = Platform.Contracts.Runner.V1.TensorSpec;

namespace Platform.Runners;

/// <summary>One input: what the source and the product get.</summary>
/// <param name="Source">The source's input.</param>
/// <param name="Product">The product's.</param>
/// <param name="Dims">Its dimensions in the source.</param>
/// <param name="Order">The axes of the source in the product's order.</param>
internal sealed record InputPlan(TensorSpec Source, TensorSpec Product, long[] Dims, int[] Order)
{
    /// <summary>Pairs the inputs by name, or by place where the names differ.</summary>
    /// <exception cref="RunnerFailureException">INPUT_MISMATCH.</exception>
    public static IReadOnlyList<InputPlan> For(IReadOnlyList<TensorSpec> source, IReadOnlyList<TensorSpec> product, ParityRequest request)
    {
        var pairs = Pairs(source, product, "inputs");
        return [.. pairs.Select(pair => For(pair.Source, pair.Product, request))];
    }

    public static IReadOnlyList<(TensorSpec Source, TensorSpec Product)> Pairs(IReadOnlyList<TensorSpec> source, IReadOnlyList<TensorSpec> product, string what)
    {
        if (source.Count != product.Count)
        {
            throw new RunnerFailureException(FailureCode.InputMismatch, $"the source has {source.Count} {what}, the product {product.Count}");
        }

        bool named = source.All(spec => product.Count(other => other.Name == spec.Name) == 1);
        return [.. source.Select((spec, i) => (spec, named ? product.Single(other => other.Name == spec.Name) : product[i]))];
    }

    private static InputPlan For(TensorSpec source, TensorSpec product, ParityRequest request)
    {
        var asked = request.InputShapes.GetValueOrDefault(source.Name);
        long[] known = asked is not null && asked.Length == source.Shape.Count ? asked : [.. source.Shape];
        int[] order = AxisOrder.Candidates(known, product.Shape, request.ChannelLast.Contains(source.Name)).FirstOrDefault()
            ?? throw new RunnerFailureException(
                FailureCode.InputMismatch, $"input '{source.Name}' is [{string.Join(',', source.Shape)}] in the source and [{string.Join(',', product.Shape)}] in the product");
        long[] dims = [.. known.Select((dim, axis) => dim >= 0 ? dim : Math.Max(1, product.Shape[Array.IndexOf(order, axis)]))];
        return new InputPlan(source, product, dims, order);
    }

    /// <summary>Whether the product takes integers that stand for real numbers.</summary>
    public bool IsQuantized => Product.HasScale && Product.Scale > 0 && Source.Dtype.StartsWith("float", StringComparison.Ordinal);

    public DataType SourceType => TypeOf(Source);

    public DataType ProductType => TypeOf(Product);

    private static DataType TypeOf(TensorSpec spec) => DataTypes.TryParseNumpyName(spec.Dtype, out var type)
        ? type
        : throw new RunnerFailureException(FailureCode.InputMismatch, $"input '{spec.Name}' has the type {spec.Dtype}, for which no values can be made");
}
