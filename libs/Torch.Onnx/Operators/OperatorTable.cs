using Torch.Onnx.Lowering;

namespace Torch.Onnx.Operators;

/// <summary>All operators that are converted, by full name. A family is added to <see cref="Families"/> and nowhere else.</summary>
internal static class OperatorTable
{
    /// <summary>Families in the order in which docs/aten.md lists them.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<OperatorEntry> Entries)> Families { get; } =
    [
        ("Functions of one tensor", UnaryOperators.Entries),
        ("Arithmetic on two tensors", BinaryOperators.Entries),
        ("Comparisons", ComparisonOperators.Entries),
        ("Logic and bits", BitwiseOperators.Entries),
        ("Clamping and masks", SelectionOperators.Entries),
        ("Activations", ActivationOperators.Entries),
        ("Matrix products", LinearOperators.Entries),
        ("Matrices", MatrixOperators.Entries),
        ("Convolutions", ConvolutionOperators.Entries),
        ("Pooling", PoolingOperators.Entries),
        ("Adaptive pooling", AdaptivePoolingOperators.Entries),
        ("Normalization", NormalizationOperators.Entries),
        ("Attention", AttentionOperators.Entries),
        ("Embedding", EmbeddingOperators.Entries),
        ("Padding", PaddingOperators.Entries),
        ("Resizing", ResizeOperators.Entries),
        ("Distances", DistanceOperators.Entries),
        ("Losses", LossOperators.Entries),
        ("Losses of classes", ClassificationLossOperators.Entries),
        ("Recurrent networks", RecurrentOperators.Entries),
        ("Quantization", QuantizationOperators.Entries),
        ("Sorting", SortOperators.Entries),
        ("Running sums", CumulativeOperators.Entries),
        ("Searching and counting", SearchOperators.Entries),
        ("Complex numbers", ComplexOperators.Entries),
        ("Fourier transforms", FourierOperators.Entries),
        ("Spectrograms", SpectrogramOperators.Entries),
        ("Reductions", ReductionOperators.Entries),
        ("Shapes and orders", ViewOperators.Entries),
        ("Parts", SliceOperators.Entries),
        ("Parts by index", IndexOperators.Entries),
        ("gather and scatter", ScatterOperators.Entries),
        ("Joining", JoinOperators.Entries),
        ("Repeating, turning, moving", RearrangeOperators.Entries),
        ("Types, copies, numbers", CastOperators.Entries),
        ("Creation", CreationOperators.Entries),
    ];

    private static readonly Dictionary<string, OperatorEntry> s_byName = Index();

    public static IEnumerable<string> Names => s_byName.Keys;

    public static OperatorEntry? Find(string name) => s_byName.GetValueOrDefault(name);

    private static Dictionary<string, OperatorEntry> Index()
    {
        var index = new Dictionary<string, OperatorEntry>(1200, StringComparer.Ordinal);
        foreach (var (_, entries) in Families)
        {
            foreach (var entry in entries)
            {
                foreach (string name in entry.FullNames)
                {
                    index.Add(name, entry);
                }
            }
        }

        return index;
    }
}
