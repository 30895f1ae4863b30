using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;
using TensorSpec = Platform.Contracts.Hub.V1.TensorSpec;

namespace Runner.Step;

/// <summary>Finds out what a model file is.</summary>
internal static class InspectWork
{
    public static StepResponse Run(InspectModel request)
    {
        var facts = ModelInspector.Inspect(request.Path, (ModelForm)(int)request.Claimed);
        return Describe(facts);
    }

    public static StepResponse Describe(ModelFacts facts)
    {
        var response = new StepResponse { ModelType = (ModelType)(int)facts.Form };
        response.Inputs.AddRange(facts.Inputs.Select(ToSpec));
        response.Outputs.AddRange(facts.Outputs.Select(ToSpec));
        response.Metadata.Add(facts.Metadata.ToDictionary());
        return response;
    }

    private static TensorSpec ToSpec(TensorFacts tensor)
    {
        var spec = new TensorSpec { Name = tensor.Name, Dtype = tensor.Dtype };
        spec.Shape.AddRange(tensor.Shape.Select(dim => checked((int)dim)));
        if (tensor.Scale is { } scale)
        {
            spec.Scale = scale;
            spec.ZeroPoint = tensor.ZeroPoint ?? 0;
        }

        return spec;
    }
}
