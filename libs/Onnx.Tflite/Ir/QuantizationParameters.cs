namespace Onnx.Tflite.Ir;

/// <summary>Real value = scale * (integer - zero point); one pair, or one for each index of an axis.</summary>
/// <param name="Scales">Scales.</param>
/// <param name="ZeroPoints">Zero points, as many.</param>
/// <param name="Axis">The axis of the pairs, in the tensor's stored dimensions.</param>
internal sealed record QuantizationParameters(float[] Scales, long[] ZeroPoints, int Axis = 0)
{
    public bool IsPerTensor => Scales.Length == 1;

    public float Scale => Scales[0];

    public long ZeroPoint => ZeroPoints[0];

    public bool Matches(QuantizationParameters? other) =>
        other is not null && Axis == other.Axis && Scales.AsSpan().SequenceEqual(other.Scales) && ZeroPoints.AsSpan().SequenceEqual(other.ZeroPoints);

    public override string ToString() => IsPerTensor ? $"s={Scale:G6} z={ZeroPoint}" : $"s[{Scales.Length}] axis {Axis}";
}
