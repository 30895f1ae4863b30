using Platform.Contracts.Hub.V1;
using Platform.Gateway.Models;
using Platform.Gateway.Nodes;
using Platform.Toolchains;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;

namespace Platform.Gateway.Submission;

/// <summary>What can be known of a QNN product before it is made: its chips, and what they cannot do.</summary>
internal sealed class QnnSubmission(DeviceChecks devices, NodeRegistry nodes)
{
    public async Task CheckAsync(string owner, CompileSpec spec, ModelForm form, OptionSet options, StoredModel? model, SubmissionDraft draft, CancellationToken cancellation)
    {
        foreach (var selector in spec.Devices)
        {
            await ResolveAsync(owner, selector, draft, cancellation);
        }

        QnnOptions.Parse(options, 1, draft.Refusals);
        string build = await nodes.VersionOfAsync(QnnCompileStep.NameOf(form), cancellation) ?? "";
        bool resolved = draft.Socs.Count > 0 || spec.Devices.Count == 0;
        draft.Refusals.AddRange(QnnChecks.Find(form, draft.Socs, options, build).Where(refusal => resolved || refusal.Code != FailureCode.QnnSocRequired));
        string precision = model?.Metadata.GetValueOrDefault("precision", "") ?? "";
        draft.Refusals.AddRange(draft.Socs.Select(soc => SocChecks.Find(soc, precision)).OfType<Refusal>());
    }

    /// <summary>Finds the chip that a selector means. Attributes that name one need no device: the toolchain makes the product without.</summary>
    public async Task ResolveAsync(string owner, DeviceSelector selector, SubmissionDraft draft, CancellationToken cancellation)
    {
        bool onlyChip = selector.Name.Length == 0 && selector.Os.Length == 0 && selector.Attributes.Any(SocSelector.IsAbout) && selector.Attributes.All(SocSelector.IsAbout);
        var socs = onlyChip ? SocSelector.Parse(selector.Attributes, draft.Refusals) : [];
        if (!onlyChip)
        {
            var found = await devices.MatchAsync(owner, selector, ModelType.Unspecified, draft, cancellation);
            var all = found.Select(device => SocSelector.Of(device.Attributes)).OfType<Soc>().Distinct().ToList();
            socs = [.. all.Take(1)];
            if (all.Count > 1)
            {
                draft.Warn($"devices with {all.Count} chips match; the product is for {all[0]}, the first of them");
            }

            if (found.Count > 0 && socs.Count == 0)
            {
                draft.Refuse(FailureCode.QnnSocUnknown, $"{found[0].Name} has no chip that can be compiled for", "device");
            }
        }

        draft.Socs.AddRange(socs.Where(soc => !draft.Socs.Contains(soc)));
    }
}
