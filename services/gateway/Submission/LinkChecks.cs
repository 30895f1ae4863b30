using Platform.Contracts.Hub.V1;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Quarantine;
using Platform.Toolchains;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;

namespace Platform.Gateway.Submission;

/// <summary>Everything about a link job that can be known before it runs.</summary>
internal sealed class LinkChecks(AssetChecks assets, QnnSubmission qnn, LinkPlanner planner, QuarantineService quarantine)
{
    private const int MostModels = 64;

    public async Task CheckAsync(string owner, LinkSpec spec, SubmissionDraft draft, CancellationToken cancellation)
    {
        if (await planner.VersionAsync(cancellation) is not { } version)
        {
            draft.Refuse(FailureCode.StepNotMounted, $"linking needs the step {QnnLinkStep.Name}, which no build node announces: {QnnMount.HowToMount}", QnnLinkStep.Name);
            return;
        }

        if (spec.ModelIds.Count is 0 or > MostModels)
        {
            draft.Refuse(FailureCode.ArgumentInvalid, $"a link job takes 1 to {MostModels} models, not {spec.ModelIds.Count}", "model_ids");
            return;
        }

        var models = new List<StoredModel>();
        foreach (string id in spec.ModelIds)
        {
            if (await assets.ModelAsync(owner, id, draft, cancellation) is { } model)
            {
                models.Add(model);
            }
        }

        var options = LinkPlanner.OptionsOf(spec, draft.Refusals);
        QnnOptions.Parse(options, spec.ModelIds.Count, draft.Refusals);
        if (spec.Device is not null)
        {
            await qnn.ResolveAsync(owner, spec.Device, draft, cancellation);
        }

        CheckChip(options, spec, version, draft);
        if (models.Count == spec.ModelIds.Count)
        {
            await CheckModelsAsync(owner, spec, models, version, draft, cancellation);
        }
    }

    private static void CheckChip(OptionSet options, LinkSpec spec, string version, SubmissionDraft draft)
    {
        bool resolved = draft.Socs.Count > 0 || spec.Device is null;
        draft.Refusals.AddRange(QnnChecks.Find(ModelForm.QnnContextBinary, draft.Socs, options, version).Where(refusal => resolved || refusal.Code != FailureCode.QnnSocRequired));
        if (draft.Socs.Count > 1)
        {
            draft.Refuse(FailureCode.QnnMultiSoc, "a linked binary is for one chip", "device");
        }
    }

    private async Task CheckModelsAsync(string owner, LinkSpec spec, List<StoredModel> models, string version, SubmissionDraft draft, CancellationToken cancellation)
    {
        var sources = await planner.SourcesAsync(owner, spec, draft.Refusals, cancellation);
        if (sources.Count > 0)
        {
            await quarantine.CheckAsync(owner, [.. sources.Select(source => source.Model)], [new PlannedStep(QnnLinkStep.Name, version)], draft, cancellation);
        }

        if (sources.Select(source => source.Model.ModelType).Distinct().Count() > 1)
        {
            draft.Refuse(FailureCode.QnnLinkMixed, $"link models of one form; these are {string.Join(", ", models.Select(model => model.ModelType).Distinct())}", "model_ids");
        }

        foreach (var model in models.Where(model => IsForAnother(model, draft.Socs)))
        {
            draft.Refuse(FailureCode.QnnLinkMixed, $"model {model.Id} was compiled for soc-model {model.Metadata[QnnFacts.SocModel]}, not for {draft.Socs[0]}", model.Id);
        }

        var names = sources.Select(source => source.GraphName.Length > 0 ? source.GraphName : source.Model.Metadata.GetValueOrDefault("QNN_MODEL_GRAPH_NAMES", "")).Where(name => name.Length > 0);
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            draft.Refuse(FailureCode.QnnGraphNameTaken, $"two of the models have the graph '{twice.Key}'", "model_ids");
        }

        string[] precisions = [.. sources.Select(source => source.Model.Metadata.GetValueOrDefault("precision", "")).Distinct()];
        draft.Refusals.AddRange(draft.Socs.SelectMany(soc => precisions.Select(precision => SocChecks.Find(soc, precision))).OfType<Refusal>());
    }

    private static bool IsForAnother(StoredModel model, List<Soc> socs) =>
        QnnChecks.IsBound(ModelTypes.FormOf(ModelTypes.Parse(model.ModelType))) && socs.Count == 1
        && model.Metadata.GetValueOrDefault(QnnFacts.SocModel, "") is { Length: > 0 } made && made != socs[0].Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
