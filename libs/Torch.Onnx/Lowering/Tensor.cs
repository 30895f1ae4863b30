using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>A tensor as an operator sees it: its value, and what the program records of it.</summary>
/// <param name="Value">The ONNX value; a complex tensor has one more dimension there, of size 2.</param>
/// <param name="Type">Element type in PyTorch.</param>
/// <param name="Sizes">Sizes in PyTorch.</param>
internal sealed record Tensor(Value Value, ScalarType Type, SymInt[] Sizes)
{
    public int Rank => Sizes.Length;

    public bool IsComplex => Type.IsComplex();

    public bool IsStatic => Array.TrueForAll(Sizes, size => size.IsStatic);

    /// <summary>Elements, when all sizes are static.</summary>
    public long? Count
    {
        get
        {
            long count = 1;
            foreach (var size in Sizes)
            {
                if (!size.IsStatic)
                {
                    return null;
                }

                count = checked(count * size.Value);
            }

            return count;
        }
    }

    /// <summary>Whether a size is known to be 0.</summary>
    public bool IsEmpty => Array.Exists(Sizes, size => size.Is(0));

    /// <summary>The static sizes; refused where one is not.</summary>
    public long[] StaticSizes(string what) => Array.ConvertAll(Sizes, size => size.IsStatic
        ? size.Value
        : throw LoweringException.Dynamic($"{what} must have static sizes, but one of them is {DeclaredShape.Dimension(size)}"));

    /// <summary>The static size of one dimension; refused where it is not.</summary>
    public long StaticSize(int axis, string what) => Sizes[axis].IsStatic
        ? Sizes[axis].Value
        : throw LoweringException.Dynamic($"dimension {axis} of {what} must be static");

    /// <summary>A dimension's index counted from the start.</summary>
    public int Axis(long dim) => Axes.Normalize(dim, Rank);
}

/// <summary>Dimensions counted from the end.</summary>
internal static class Axes
{
    /// <summary>The index counted from the start; a 0-d tensor counts as having one dimension.</summary>
    public static int Normalize(long dim, int rank)
    {
        long bound = Math.Max(rank, 1);
        return dim >= -bound && dim < bound
            ? (int)(dim < 0 ? dim + bound : dim)
            : throw LoweringException.Malformed($"dimension {dim} of a tensor that has {rank}");
    }

    public static long[] Normalize(ReadOnlySpan<long> dims, int rank)
    {
        long[] axes = new long[dims.Length];
        for (int i = 0; i < dims.Length; i++)
        {
            axes[i] = Normalize(dims[i], rank);
        }

        return axes;
    }
}
