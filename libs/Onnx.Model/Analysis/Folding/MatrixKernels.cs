namespace Onnx.Model.Analysis.Folding;

/// <summary>Matrix products of small constants.</summary>
internal static class MatrixKernels
{
    private const long MaxProducts = 1L << 24;

    public static TensorProto[]? MatMul(InferenceNode n)
    {
        TensorProto a = n.In(0).Constant!, b = n.In(1).Constant!;
        if (a.Dims.Length != 2 || b.Dims.Length != 2 || !Wide.IsDouble(a.DataType) || !Wide.Supports(a.DataType) || a.Dims[0] * a.Dims[1] * b.Dims[1] > MaxProducts)
        {
            return null;
        }

        double[] left = TensorReading.Doubles(a), right = TensorReading.Doubles(b), result = new double[a.Dims[0] * b.Dims[1]];
        int inner = (int)a.Dims[1], columns = (int)b.Dims[1];
        for (int row = 0; row < a.Dims[0]; row++)
        {
            for (int k = 0; k < inner; k++)
            {
                for (int column = 0; column < columns; column++)
                {
                    result[(row * columns) + column] += left[(row * inner) + k] * right[(k * columns) + column];
                }
            }
        }

        return [TensorWriting.FromDoubles(a.DataType, [a.Dims[0], b.Dims[1]], result)];
    }
}
