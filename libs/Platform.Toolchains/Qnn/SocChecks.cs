using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains.Qnn;

/// <summary>What a chip cannot do, before anything starts.</summary>
public static class SocChecks
{
    private const string WideWeights = "w16";

    /// <summary>Why a model of that precision cannot be compiled for a chip; null when nothing is known against it.</summary>
    /// <param name="soc">The chip.</param>
    /// <param name="precision">As <see cref="ModelPrecision"/> says it; empty when it is not known.</param>
    public static Refusal? Find(Soc soc, string precision)
    {
        if (precision == ModelPrecision.Float && soc.Floats == SocFloats.None)
        {
            string why = soc.Id == 30 ? "float graphs stay float32 there, and nothing says that the chip can run them" : "its Hexagon processor computes with integers only";
            return new Refusal(FailureCode.QnnFloatUnsupported, $"the model is not quantized, and {soc} cannot run it: {why}", Subject: soc.Name);
        }

        return precision.EndsWith(WideWeights, StringComparison.Ordinal) && !soc.HasWideWeights
            ? new Refusal(FailureCode.QnnPrecisionUnsupported, $"the model has 16-bit weights ({precision}), and {soc} takes them from v73 on", Subject: soc.Name)
            : null;
    }
}
