using System.Globalization;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Models;
using Platform.Toolchains;
using Platform.Toolchains.Qnn;

namespace Platform.Gateway.Submission;

/// <summary>Whether a QNN model can run on a device, as far as both say what they are.</summary>
internal static class QnnRunChecks
{
    /// <summary>Why it cannot; null when nothing is known against it.</summary>
    public static Refusal? Find(StoredModel model, ModelType type, Device device)
    {
        if (!QnnChecks.IsQnn(ModelTypes.FormOf(type)))
        {
            return null;
        }

        var made = model.Metadata.GetValueOrDefault(QnnFacts.SocModel, "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? SocTable.Find(id) : null).OfType<Soc>().ToList();
        return (device.Emulated ? OnEmulator(model, type, device, made) : null) ?? OnChip(type, device, made);
    }

    private static Refusal? OnEmulator(StoredModel model, ModelType type, Device device, List<Soc> made)
    {
        string? why = type == ModelType.QnnDlc ? "it runs compiled binaries: link the DLC for its chip first"
            : made.Count > 1 ? $"the file holds binaries for {made.Count} chips"
            : model.Metadata.GetValueOrDefault(QnnFacts.WeightSharing, "") == "true" ? "its graphs share weights"
            : GraphsOf(model) > 1 ? $"it holds {GraphsOf(model)} graphs"
            : null;
        return why is null ? null : new Refusal(FailureCode.QnnEmulatorCannot, $"{device.Name} cannot run this model: {why}", Subject: "model_id");
    }

    private static Refusal? OnChip(ModelType type, Device device, List<Soc> made)
    {
        if (type == ModelType.QnnDlc || SocSelector.Of(device.Attributes) is not { } chip || made.Count == 0 || made.Contains(chip))
        {
            return null;
        }

        if (made.TrueForAll(soc => soc.Arch > chip.Arch))
        {
            return new Refusal(FailureCode.QnnArchTooNew, $"the binary is for {made[0]}; {device.Name} has {chip} (request feature arch {made[0].Arch} unsupported)", Subject: "device");
        }

        return device.Emulated ? new Refusal(FailureCode.QnnSocMismatch, $"the binary is for {made[0]}, not for {chip} that {device.Name} emulates", Subject: "device") : null;
    }

    private static int GraphsOf(StoredModel model) => model.Metadata.GetValueOrDefault(QnnFacts.GraphNames, "").Split(',', StringSplitOptions.RemoveEmptyEntries).Length;
}
