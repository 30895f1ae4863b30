namespace Onnx.Tflite.Lowering;

/// <summary>The matrix of a discrete Fourier transform over interleaved real and imaginary parts.</summary>
internal static class FourierMatrix
{
    /// <summary>Rows: bin and part of the result; columns: sample (and part, unless the samples are real).</summary>
    public static float[] Of(long length, long bins, bool inverse, bool real)
    {
        int parts = real ? 1 : 2;
        float[] matrix = new float[bins * 2 * length * parts];
        double scale = inverse ? 1.0 / length : 1;
        for (long k = 0; k < bins; k++)
        {
            for (long t = 0; t < length; t++)
            {
                double angle = (inverse ? 2 : -2) * Math.PI * (k * t % length) / length;
                float cos = (float)(Math.Cos(angle) * scale), sin = (float)(Math.Sin(angle) * scale);
                long re = ((2 * k * length) + t) * parts, im = ((((2 * k) + 1) * length) + t) * parts;
                (matrix[re], matrix[im]) = (cos, sin);
                if (!real)
                {
                    (matrix[re + 1], matrix[im + 1]) = (-sin, cos);
                }
            }
        }

        return matrix;
    }
}
