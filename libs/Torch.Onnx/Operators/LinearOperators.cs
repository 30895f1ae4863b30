using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Products of matrices.</summary>
internal static class LinearOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("linear", "Gemm, MatMul, Add", Linear),
        Of("matmul mm mm.dtype bmm bmm.dtype mv dot linalg_matmul", "MatMul", MatMul),
        Of("vdot", "MatMul", c => c.B.Op("MatMul", c.InResultType("self"), c.InResultType("other"))),
        Of("linalg_vecdot", "Mul, ReduceSum", c => c.B.Sum(c.B.Mul(c.InResultType("x"), c.InResultType("y")), [c.Dim("dim", c.Result.Rank + 1)])),
        Of("addmm addmm.dtype", "Gemm", AddMm),
        Of("_addmm_activation", "Gemm, Relu", c => c.Bool("use_gelu") ? ActivationOperators.Gelu(c.B, AddMm(c), false) : c.B.Op("Relu", AddMm(c))),
        Of("addmv", "MatMul, Add", c => Combine(c, c.B.Op("MatMul", c.InResultType("mat"), c.InResultType("vec")))),
        Of("addr", "Mul, Add", c => Combine(c, c.B.Mul(c.B.Unsqueeze(c.InResultType("vec1"), 1), c.InResultType("vec2")))),
        Of("addbmm", "MatMul, ReduceSum, Add", c => Combine(c, c.B.Sum(c.B.Op("MatMul", c.InResultType("batch1"), c.InResultType("batch2")), [0]))),
        Of("baddbmm baddbmm.dtype", "MatMul, Add", c => Combine(c, c.B.Op("MatMul", c.InResultType("batch1"), c.InResultType("batch2")))),
        Of("outer ger", "Mul", c => c.B.Mul(c.B.Unsqueeze(c.InResultType("self"), 1), c.InResultType("vec2"))),
        Of("inner", "MatMul", Inner),
        Of("kron", "Mul, Reshape", Kronecker),
        Of("tensordot", "Reshape, MatMul", TensorDot),
        Of("einsum", "MatMul, Mul (Einsum with ellipsis)", c => EinsumLowering.Lower(c, c.Text("equation"), c.Tensors("tensors"))),
        Of("bilinear", "MatMul, Mul, ReduceSum", Bilinear),
        Of("_trilinear", "Mul, ReduceSum", Trilinear),
        Of("chain_matmul", "MatMul", c => c.Tensors("matrices").Select(tensor => tensor.Value).Aggregate((x, y) => c.B.Op("MatMul", x, y))),
        Of("linalg_multi_dot", "MatMul", c => c.Tensors("tensors").Select(tensor => tensor.Value).Aggregate((x, y) => c.B.Op("MatMul", x, y))),
        Of("matrix_power linalg_matrix_power", "MatMul", MatrixPower, "powers of at least 0"),
        Of("_grouped_mm transformers.grouped_mm_fallback.default", "MatMul, Where, ReduceSum", GroupedMatMul, "rows by a weight for each group; every group's product is computed"),
        Of("_int_mm", "MatMulInteger", c => c.B.Op("MatMulInteger", c.In("self"), c.In("mat2"))),
    ];

    /// <summary>x times the transpose of a weight [out, in], plus a bias.</summary>
    public static Value Linear(OnnxBuilder b, Value x, int rank, Value weight, int weightRank, Value? bias)
    {
        if (rank == 2 && weightRank == 2 && x.Type.IsFloatingPoint())
        {
            return b.Op("Gemm", [x, weight, bias], Attr.From("transB", 1));
        }

        var product = b.Op("MatMul", x, weightRank == 2 ? b.Transpose(weight, 1, 0) : weight);
        return bias is null ? product : b.Add(product, bias);
    }

    private static Value Linear(OperatorCall c)
    {
        var x = c.Real("input");
        return Linear(c.B, c.InResultType("input"), x.Rank, c.InResultType("weight"), c.Real("weight").Rank, c.OptionalInResultType("bias"));
    }

    private static Value MatMul(OperatorCall c)
    {
        string first = c.Schema.Arguments[0].Name;
        string second = c.Schema.Arguments[1].Name;
        if (c.Result.Type.IsComplex())
        {
            return ComplexMatMul(c, c.Tensor(first), c.Tensor(second));
        }

        return c.B.Op("MatMul", c.InResultType(first), c.InResultType(second));
    }

    private static Value ComplexMatMul(OperatorCall c, Tensor x, Tensor y)
    {
        if (!x.IsComplex || !y.IsComplex)
        {
            throw CallOperands.Complex();
        }

        var b = c.B;
        var (p, q) = ComplexMath.Split(b, x);
        var (r, s) = ComplexMath.Split(b, y);
        var real = b.Sub(b.Op("MatMul", p, r), b.Op("MatMul", q, s));
        var imaginary = b.Add(b.Op("MatMul", p, s), b.Op("MatMul", q, r));
        return ComplexMath.Join(b, real, imaginary, c.Result.Rank);
    }

    private static Value AddMm(OperatorCall c)
    {
        var x = c.InResultType("mat1");
        var y = c.InResultType("mat2");
        var alpha = c.Number("alpha");
        var beta = c.Number("beta");
        if (!c.Result.Type.IsFloat() || !alpha.IsConstant || !beta.IsConstant)
        {
            return Combine(c, c.B.Op("MatMul", x, y));
        }

        // With beta 0 the addend is not even looked at: it may be NaN.
        var addend = beta.Equals(0) ? null : c.InResultType("self");
        return c.B.Op("Gemm", [x, y, addend], Attr.From("alpha", (float)alpha.Real), Attr.From("beta", (float)beta.Real));
    }

    private static Value Combine(OperatorCall c, Value product)
    {
        var scaled = BinaryOperators.Scaled(c, product, "alpha");
        return c.Number("beta").Equals(0) ? scaled : c.B.Add(BinaryOperators.Scaled(c, c.InResultType("self"), "beta"), scaled);
    }

    private static Value Inner(OperatorCall c)
    {
        var x = c.Real("self");
        var y = c.Real("other");
        if (x.Rank == 0 || y.Rank == 0)
        {
            return c.B.Mul(x.Value, y.Value);
        }

        return TensorDot(c, x, y, [x.Rank - 1], [y.Rank - 1]);
    }

    private static Value Kronecker(OperatorCall c)
    {
        var x = c.Real("self");
        var y = c.Real("other");
        int rank = Math.Max(x.Rank, y.Rank);
        // [a, 1, b, 1] times [1, c, 1, d], then neighbours join.
        long[] evens = [.. BuilderShapes.Order(rank).Select(axis => (2 * axis) + 1)];
        long[] odds = [.. BuilderShapes.Order(rank).Select(axis => 2 * axis)];
        var left = c.B.Unsqueeze(c.B.Unsqueeze(c.InResultType("self"), BuilderShapes.Order(rank - x.Rank)), evens);
        var right = c.B.Unsqueeze(c.B.Unsqueeze(c.InResultType("other"), BuilderShapes.Order(rank - y.Rank)), odds);
        SymInt[] apart = [.. Enumerable.Repeat(new SymInt(0, "kron"), 2 * rank)];
        return c.Reshape(c.B.Mul(left, right), apart, c.Result.Sizes);
    }

    private static Value TensorDot(OperatorCall c)
    {
        var x = c.Real("self");
        var y = c.Real("other");
        return TensorDot(c, x, y, c.Dims("dims_self", x.Rank), c.Dims("dims_other", y.Rank));
    }

    private static Value TensorDot(OperatorCall c, Tensor x, Tensor y, long[] left, long[] right)
    {
        string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        if (x.Rank + y.Rank > letters.Length || left.Length != right.Length)
        {
            throw LoweringException.Malformed("tensordot over dimensions that do not match");
        }

        char[] first = letters[..x.Rank].ToCharArray();
        char[] second = letters.Substring(x.Rank, y.Rank).ToCharArray();
        foreach (var (i, j) in left.Zip(right))
        {
            second[j] = first[i];
        }

        string output = new([.. first.Where((_, i) => !left.Contains(i)), .. second.Where((_, j) => !right.Contains(j))]);
        return EinsumLowering.Lower(c, $"{new string(first)},{new string(second)}->{output}", [x, y]);
    }

    private static Value Bilinear(OperatorCall c)
    {
        var b = c.B;
        var x = c.Real("input1");
        long[] sizes = c.Real("weight").StaticSizes("the weight");
        var weight = b.Reshape(b.Transpose(c.InResultType("weight"), 1, 0, 2), sizes[1], sizes[0] * sizes[2]);
        long[] apart = [.. Enumerable.Repeat(0L, x.Rank - 1), sizes[0], sizes[2]];
        var rows = b.Reshape(b.Op("MatMul", c.InResultType("input1"), weight), apart);
        var sum = b.Sum(b.Mul(rows, b.Unsqueeze(c.InResultType("input2"), x.Rank - 1)), [x.Rank]);
        return c.OptionalInResultType("bias") is { } bias ? b.Add(sum, bias) : sum;
    }

    private static Value Trilinear(OperatorCall c)
    {
        var x = c.B.Unsqueeze(c.InResultType("i1"), c.Ints("expand1"));
        var y = c.B.Unsqueeze(c.InResultType("i2"), c.Ints("expand2"));
        var z = c.B.Unsqueeze(c.InResultType("i3"), c.Ints("expand3"));
        return c.B.Sum(c.B.Mul(c.B.Mul(x, y), z), c.Ints("sumdim"));
    }

    private static Value MatrixPower(OperatorCall c)
    {
        long power = c.Int("n");
        var tensor = c.Real("self");
        var x = tensor.Value;
        if (power < 0 || power > 1 << 20)
        {
            throw LoweringException.Argument($"the matrix power {power} needs an inverse, for which ONNX has no operator");
        }

        if (power == 0)
        {
            long size = tensor.StaticSize(tensor.Rank - 1, "the matrix");
            double[] eye = new double[size * size];
            ConstantPool.CheckCount(eye.Length);
            for (long i = 0; i < size; i++)
            {
                eye[(i * size) + i] = 1;
            }

            return c.B.Expand(c.B.Constants.Numbers(x.Type, [size, size], eye), c.Sizes.ShapeOf(tensor.Sizes));
        }

        Value? result = null;
        for (; power > 0; power >>= 1)
        {
            result = (power & 1) == 0 ? result : result is null ? x : c.B.Op("MatMul", result, x);
            x = power > 1 ? c.B.Op("MatMul", x, x) : x;
        }

        return result!;
    }

    // Row t belongs to the group whose end is the first after t. All products are computed and one is kept: exact, and
    // without a loop whose length depends on the input.
    private static Value GroupedMatMul(OperatorCall c)
    {
        var b = c.B;
        var rows = c.Real(c.Schema.Arguments[0].Name);
        var weights = c.Real(c.Schema.Arguments[1].Name);
        if (rows.Rank != 2 || weights.Rank != 3 || !c.Has("offs") || (c.Schema.Find("bias") is not null && c.Has("bias")))
        {
            throw LoweringException.Argument("grouped products are mapped for a matrix of rows, a weight for each group, and the groups' ends");
        }

        var ends = b.Cast(c.In("offs"), DataType.Int64);
        var starts = b.Concat(0, b.Constants.Integers(0), b.Slice(ends, 0, 0, -1));
        var places = b.Op("Range", b.Const(DataType.Int64, 0), c.Sizes.SizeOf(rows, 0).ToValue(b, DataType.Int64), b.Const(DataType.Int64, 1));
        var isInside = b.And(b.Op("GreaterOrEqual", places, b.Unsqueeze(starts, 1)), b.Less(places, b.Unsqueeze(ends, 1)));
        var products = b.Op("MatMul", b.Unsqueeze(b.Cast(rows.Value, c.ResultType()), 0), b.Cast(weights.Value, c.ResultType()));
        return b.Sum(b.Where(b.Unsqueeze(isInside, 2), products, c.Const(0)), [0]);
    }
}
