using System.Globalization;

namespace Onnx.Tflite.Tests;

/// <summary>How long a fuzzer runs: as many cases as a variable says, else some seconds.</summary>
internal static class FuzzBudget
{
    private const int Seconds = 20;

    /// <summary>Number of cases, and seconds; one of them is -1.</summary>
    public static (long Cases, int Time) Of(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out long cases) ? (cases, -1) : (-1, Seconds);
}
