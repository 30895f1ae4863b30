using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Models;

namespace Platform.Gateway.Submission;

/// <summary>Checks the input specs of a compile job against the model.</summary>
internal static class InputSpecChecks
{
    private static readonly string[] s_dtypes = ["float32", "float16", "int8", "int16", "int32", "int64", "uint8", "uint16", "bool"];

    public static void Check(CompileSpec spec, StoredModel model, SubmissionDraft draft)
    {
        foreach (var given in spec.InputSpecs)
        {
            CheckForm(given, draft);
        }

        foreach (var twice in spec.InputSpecs.GroupBy(input => input.Name).Where(group => group.Count() > 1))
        {
            draft.Refuse(FailureCode.InputSpecInvalid, $"input '{twice.Key}' is specified {twice.Count()} times", twice.Key);
        }

        var type = ModelTypes.Parse(model.ModelType);
        if (type is ModelType.Torchscript && spec.InputSpecs.Count == 0)
        {
            draft.Refuse(FailureCode.InputSpecsRequired, "a TorchScript model does not say the shapes of its inputs: give input specs");
        }

        if (type is ModelType.Onnx or ModelType.TorchExportedProgram)
        {
            CheckAgainst([.. ProtoJson.ParseAll<TensorSpec>(model.Inputs)], spec, draft);
        }
    }

    private static void CheckForm(TensorSpec given, SubmissionDraft draft)
    {
        if (given.Name.Length == 0 || given.Shape.Any(dim => dim < 1))
        {
            draft.Refuse(FailureCode.InputSpecInvalid, $"input '{given.Name}': a spec has a name and dimensions of at least 1, not [{string.Join(", ", given.Shape)}]", given.Name);
        }

        if (given.Dtype.Length > 0 && !s_dtypes.Contains(given.Dtype))
        {
            draft.Refuse(FailureCode.InputSpecInvalid, $"input '{given.Name}': there is no type {given.Dtype}; use one of {string.Join(", ", s_dtypes)}", given.Name);
        }
    }

    private static void CheckAgainst(List<TensorSpec> inputs, CompileSpec spec, SubmissionDraft draft)
    {
        foreach (var given in spec.InputSpecs)
        {
            var input = inputs.Find(candidate => candidate.Name == given.Name);
            if (input is null)
            {
                draft.Refuse(FailureCode.InputSpecUnknownName, $"the model has no input '{given.Name}'; its inputs are {string.Join(", ", inputs.Select(known => known.Name))}", given.Name);
            }
            else
            {
                CheckShape(given, input, draft);
            }
        }

        var open = inputs.Where(input => input.Shape.Any(dim => dim < 1) && spec.InputSpecs.All(given => given.Name != input.Name)).Select(input => input.Name).ToList();
        if (open.Count > 0 && CompilePlanner.TargetOf(CompilePlanner.ParseOptions(spec, [])) != "onnx" && spec.InputSpecs.Count > 0)
        {
            draft.Refuse(FailureCode.InputSpecsRequired, $"inputs {string.Join(", ", open)} have open dimensions: give a spec for each", open[0]);
        }
    }

    private static void CheckShape(TensorSpec given, TensorSpec input, SubmissionDraft draft)
    {
        string dtype = given.Dtype.Length == 0 ? DataType.Float.ToNumpyName() : given.Dtype;
        if (dtype != input.Dtype)
        {
            draft.Refuse(FailureCode.InputSpecTypeMismatch, $"input '{given.Name}' is {input.Dtype} in the model, {dtype} in the spec", given.Name);
        }

        if (given.Shape.Count != input.Shape.Count)
        {
            draft.Refuse(FailureCode.InputSpecRankMismatch, $"input '{given.Name}' has {input.Shape.Count} dimensions in the model, {given.Shape.Count} in the spec", given.Name);
            return;
        }

        for (int i = 0; i < given.Shape.Count; i++)
        {
            if (input.Shape[i] >= 1 && input.Shape[i] != given.Shape[i])
            {
                draft.Refuse(FailureCode.InputSpecDimensionMismatch, $"dimension {i} of input '{given.Name}' is {input.Shape[i]} in the model, {given.Shape[i]} in the spec", given.Name);
            }
        }
    }
}
