using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Building;

/// <summary>Shape vectors for operators that take one: constant where one open dimension can be left to the kernel, otherwise computed from shapes at run time.</summary>
internal sealed class RuntimeShape(GraphBuilder builder)
{
    /// <summary>The shape operand of a RESHAPE.</summary>
    public Tensor Of(Tensor x, SymInt[] shape)
    {
        int open = shape.Count(dim => !dim.IsKnown);
        if (open == 0 || (open == 1 && !Array.Exists(shape, dim => dim == 0)))
        {
            return builder.Int32s([.. shape.Select(dim => dim.IsKnown ? (int)dim.Value : -1)]);
        }

        return Vector(shape, x);
    }

    /// <summary>All dimensions, written out.</summary>
    public Tensor Vector(SymInt[] shape, Tensor? preferred = null)
    {
        if (Array.TrueForAll(shape, dim => dim.IsKnown))
        {
            return builder.Int32s([.. shape.Select(dim => (int)dim.Value)]);
        }

        return builder.Concat([.. shape.Select(dim => Element(dim, preferred))], 0);
    }

    // The kernels used here compute while the graph is prepared, so that shapes stay known to whatever follows.
    private Tensor Element(SymInt dim, Tensor? preferred)
    {
        if (dim.IsKnown)
        {
            return builder.Int32s((int)dim.Value);
        }

        return Find(dim, preferred) ?? Polynomial(dim, preferred);
    }

    private Tensor Polynomial(SymInt dim, Tensor? preferred)
    {
        Tensor? sum = null;
        foreach (var term in dim.Terms)
        {
            Tensor? product = term.Coefficient == 1 && term.Atoms.Length > 0 ? null : builder.Int32s((int)term.Coefficient);
            foreach (var atom in term.Atoms)
            {
                var factor = Atom(atom, preferred);
                product = product is null ? factor : builder.Times(product, factor);
            }

            sum = sum is null ? product! : builder.Plus(sum, product!);
        }

        return sum!;
    }

    private Tensor Atom(Atom atom, Tensor? preferred)
    {
        if (Find(SymInt.Of(atom), preferred) is { } found)
        {
            return found;
        }

        return atom.Kind switch
        {
            AtomKind.FloorDivide => builder.FloorDiv(Element(atom.Left, preferred), Element(atom.Right, preferred)),
            AtomKind.Max => builder.Maximum(Element(atom.Left, preferred), Element(atom.Right, preferred)),
            AtomKind.Min => builder.Minimum(Element(atom.Left, preferred), Element(atom.Right, preferred)),
            _ => throw new RefusedException(ReasonCode.DynamicShape, $"no tensor has the open dimension {atom.Name}", "fix the input shapes with --input"),
        };
    }

    // A dimension of a tensor that is there already: the operand itself, else a graph input.
    private Tensor? Find(SymInt dim, Tensor? preferred)
    {
        foreach (var tensor in preferred is null ? builder.Graph.Inputs : builder.Graph.Inputs.Prepend(preferred))
        {
            int axis = Array.IndexOf(tensor.Shape, dim);
            if (axis >= 0 && !tensor.IsConstant)
            {
                return builder.StridedSlice(builder.ShapeOf(tensor), [axis], [axis + 1], [1], 0, 0, [1]);
            }
        }

        return null;
    }
}
