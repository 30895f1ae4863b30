namespace Onnx.Model.Analysis.Folding;

/// <summary>Functions that the runtime library lacks.</summary>
internal static class SpecialFunctions
{
    /// <summary>The error function to double precision: a series near zero, a continued fraction further out.</summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        double z = Math.Abs(x);
        double value = z < 2.5 ? Series(z) : z > 6 ? 1 : 1 - Complement(z);
        return x < 0 ? -value : value;
    }

    private static double Series(double z)
    {
        double term = z, sum = z;
        for (int k = 1; k < 100 && Math.Abs(term) > 1e-18 * sum; k++)
        {
            term *= 2 * z * z / ((2 * k) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z) * sum;
    }

    private static double Complement(double z)
    {
        double fraction = 0;
        for (int k = 60; k > 0; k--)
        {
            fraction = k / 2.0 / (z + fraction);
        }

        return Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction);
    }
}
