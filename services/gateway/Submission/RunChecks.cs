using Platform.Contracts.Hub.V1;
using Platform.Gateway.Datasets;
using Platform.Gateway.Models;
using Platform.Toolchains.Options;

namespace Platform.Gateway.Submission;

/// <summary>Everything about a profile or inference job that can be known before it runs.</summary>
internal sealed class RunChecks(AssetChecks assets, DeviceChecks devices)
{
    public async Task CheckAsync(string owner, ProfileSpec spec, SubmissionDraft draft, CancellationToken cancellation)
    {
        OptionParser.Parse(spec.Options, new Dictionary<string, string>(), JobKinds.Profile, draft.Refusals);
        await CheckModelAsync(owner, spec.ModelId, spec.Device, draft, cancellation);
    }

    public async Task CheckAsync(string owner, InferenceSpec spec, SubmissionDraft draft, CancellationToken cancellation)
    {
        OptionParser.Parse(spec.Options, new Dictionary<string, string>(), JobKinds.Inference, draft.Refusals);
        var model = await CheckModelAsync(owner, spec.ModelId, spec.Device, draft, cancellation);
        if (spec.DatasetId.Length == 0)
        {
            draft.Refuse(FailureCode.ArgumentInvalid, "an inference job needs a dataset", "dataset_id");
            return;
        }

        var dataset = await assets.DatasetAsync(owner, spec.DatasetId, draft, cancellation);
        if (model is not null && dataset is not null)
        {
            CheckTensors(model, dataset, draft);
        }
    }

    private static void CheckTensors(StoredModel model, StoredDataset dataset, SubmissionDraft draft)
    {
        var inputs = ProtoJson.ParseAll<TensorSpec>(model.Inputs).ToList();
        var tensors = ProtoJson.ParseAll<TensorSpec>(dataset.Tensors).ToDictionary(tensor => tensor.Name);
        foreach (var input in inputs)
        {
            if (!tensors.Remove(input.Name, out var tensor))
            {
                draft.Refuse(FailureCode.DatasetMismatch, $"the dataset has no tensor '{input.Name}', which the model takes", input.Name);
            }
            else if (tensor.Dtype != input.Dtype && !IsQuantizedFloat(input, tensor))
            {
                draft.Refuse(FailureCode.DatasetMismatch, $"'{input.Name}' is {tensor.Dtype} in the dataset, {input.Dtype} in the model", input.Name);
            }
            else if (!Fits(tensor, input))
            {
                draft.Refuse(FailureCode.DatasetMismatch, $"samples of '{input.Name}' have the shape [{string.Join(", ", tensor.Shape)}], the model takes [{string.Join(", ", input.Shape)}]", input.Name);
            }
        }

        foreach (string extra in tensors.Keys)
        {
            draft.Refuse(FailureCode.DatasetMismatch, $"the model has no input '{extra}'; its inputs are {string.Join(", ", inputs.Select(input => input.Name))}", extra);
        }
    }

    // Float data may be given to a quantized input: the runner quantizes it with the input's own scale.
    private static bool IsQuantizedFloat(TensorSpec input, TensorSpec tensor) => tensor.Dtype == "float32" && input.HasScale;

    private static bool Fits(TensorSpec tensor, TensorSpec input) =>
        tensor.Shape.Count == input.Shape.Count && input.Shape.Zip(tensor.Shape).All(pair => pair.First < 1 || pair.First == pair.Second);

    private async Task<StoredModel?> CheckModelAsync(string owner, string modelId, DeviceSelector? selector, SubmissionDraft draft, CancellationToken cancellation)
    {
        var model = await assets.ModelAsync(owner, modelId, draft, cancellation);
        var type = model is null ? ModelType.Unspecified : ModelTypes.Parse(model.ModelType);
        if (model is not null && !DeviceChecks.IsRunnable(type))
        {
            draft.Refuse(FailureCode.DeviceUnsuitable, $"a {type} model cannot be run as it is: compile it first", "model_id");
            return null;
        }

        var matches = await devices.MatchAsync(owner, selector, type, draft, cancellation);
        if (model is not null && matches.Count > 0 && matches.Select(device => QnnRunChecks.Find(model, type, device)).ToList() is var faults && faults.TrueForAll(fault => fault is not null))
        {
            draft.Refusals.Add(faults[0]!);
        }

        return model;
    }
}
