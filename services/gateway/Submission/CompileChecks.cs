using Platform.Contracts.Hub.V1;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Quarantine;
using Platform.Toolchains;
using Platform.Toolchains.Options;
using Platform.Toolchains.Planning;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;

namespace Platform.Gateway.Submission;

/// <summary>Everything about a compile job that can be known before it runs.</summary>
internal sealed class CompileChecks(AssetChecks assets, DeviceChecks devices, QnnSubmission qnn, CompilePlanner planner, QuarantineService quarantine)
{
    public async Task CheckAsync(string owner, CompileSpec spec, SubmissionDraft draft, CancellationToken cancellation)
    {
        var model = await assets.ModelAsync(owner, spec.ModelId, draft, cancellation);
        var options = CompilePlanner.ParseOptions(spec, draft.Refusals);
        string target = CompilePlanner.TargetOf(options);
        var form = TargetRuntime.FormOf(target);
        foreach (var selector in spec.Devices.Where(_ => !QnnChecks.IsQnn(form)))
        {
            await devices.MatchAsync(owner, selector, ModelTypes.TypeOf(form), draft, cancellation);
        }

        if (spec.CalibrationDatasetId.Length > 0)
        {
            await assets.DatasetAsync(owner, spec.CalibrationDatasetId, draft, cancellation);
        }

        if (model is not null && form != ModelForm.Unknown)
        {
            InputSpecChecks.Check(spec, model, draft);
            CheckNames(options, spec, model, draft);
            if (FindPath(ModelTypes.FormOf(ModelTypes.Parse(model.ModelType)), form, target, await planner.StepsAsync(cancellation), draft) is { } path)
            {
                await quarantine.CheckAsync(owner, [model], [.. path.Select(step => new PlannedStep(step.Name, step.Version))], draft, cancellation);
            }
        }

        if (QnnChecks.IsQnn(form))
        {
            await qnn.CheckAsync(owner, spec, form, options, model, draft, cancellation);
        }
    }

    private static IReadOnlyList<StepDescription>? FindPath(ModelForm from, ModelForm to, string target, IReadOnlyList<StepDescription> announced, SubmissionDraft draft)
    {
        if (PathPlanner.Find(from, to, announced) is { } path)
        {
            return path;
        }

        if (PathPlanner.Find(from, to, [.. StepCatalog.All.Select(known => known.Step)]) is { } possible)
        {
            var missing = StepCatalog.All.First(known => possible.Any(step => step.Name == known.Step.Name) && announced.All(step => step.Name != known.Step.Name));
            draft.Refuse(FailureCode.StepNotMounted, $"{from} -> {target} needs the step {missing.Step.Name}, which no build node announces: {missing.HowToMount}", missing.Step.Name);
        }
        else
        {
            draft.Refuse(FailureCode.NoConversionPath, $"no steps lead from {from} to {target}", "target_runtime");
        }

        return null;
    }

    private static void CheckNames(OptionSet options, CompileSpec spec, StoredModel model, SubmissionDraft draft)
    {
        var outputs = ProtoJson.ParseAll<TensorSpec>(model.Outputs).ToList();
        var names = options.Names("output_names");
        bool counted = outputs.Count > 0 && names.Count > 0 && names.Count != outputs.Count;
        if (counted || names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            draft.Refuse(FailureCode.OptionValueInvalid, $"--output_names gives {names.Count} names for {outputs.Count} outputs; each output needs one name of its own", "output_names");
        }

        var inputs = ProtoJson.ParseAll<TensorSpec>(model.Inputs).Concat(spec.InputSpecs).ToList();
        CheckChannelLast(options, "force_channel_last_input", inputs, draft);
        CheckChannelLast(options, "force_channel_last_output", outputs, draft);
    }

    private static void CheckChannelLast(OptionSet options, string option, List<TensorSpec> tensors, SubmissionDraft draft)
    {
        foreach (string name in options.Names(option))
        {
            var tensor = tensors.Find(candidate => candidate.Name == name);
            if (tensor is null && tensors.Count > 0)
            {
                draft.Refuse(FailureCode.OptionValueInvalid, $"--{option} names '{name}', which the model does not have; there are {string.Join(", ", tensors.Select(known => known.Name))}", option);
            }
            else if (tensor is { Shape.Count: > 0 and not (3 or 4 or 5) })
            {
                draft.Refuse(FailureCode.OptionValueInvalid, $"--{option}: '{name}' has {tensor.Shape.Count} dimensions; only 3 to 5 have a channel to move", option);
            }
        }
    }
}
