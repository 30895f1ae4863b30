using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Options;

namespace Platform.Toolchains.Qnn;

/// <summary>What can be said about a QNN product before anything runs.</summary>
public static class QnnChecks
{
    private static readonly ModelForm[] s_bound = [ModelForm.QnnContextBinary, ModelForm.PrecompiledQnnOnnx];

    private static readonly string[] s_layouts = ["force_channel_last_input", "force_channel_last_output"];

    /// <summary>Whether a form is bound to one chip.</summary>
    public static bool IsBound(ModelForm form) => s_bound.Contains(form);

    /// <summary>Whether a form is made by the QNN toolchain.</summary>
    public static bool IsQnn(ModelForm form) => form == ModelForm.QnnDlc || IsBound(form);

    /// <summary>Why a product cannot be made; empty when nothing is known against it.</summary>
    /// <param name="target">The product's form.</param>
    /// <param name="socs">The chips that it is for.</param>
    /// <param name="options">The job's options.</param>
    /// <param name="build">The mounted build; empty when none is known.</param>
    public static IEnumerable<Refusal> Find(ModelForm target, IReadOnlyList<Soc> socs, OptionSet options, string build)
    {
        if (IsBound(target) && socs.Count == 0)
        {
            yield return new Refusal(FailureCode.QnnSocRequired, $"{TargetRuntime.NameOf(target)} is bound to a chip: name a device, or its chip", Subject: "device");
        }

        if (target == ModelForm.QnnDlc && socs.Count > 1)
        {
            yield return new Refusal(FailureCode.QnnMultiSoc, "a DLC is for every chip; it can be checked against one", Subject: "device");
        }

        if (QnnOptions.CheckVersion(options, build) is { } version)
        {
            yield return version;
        }

        foreach (string option in s_layouts.Where(option => options.Names(option).Count > 0))
        {
            yield return new Refusal(FailureCode.OptionConflict, $"--{option} is not possible with {TargetRuntime.NameOf(target)}: transpose in the model", Subject: option);
        }
    }
}
