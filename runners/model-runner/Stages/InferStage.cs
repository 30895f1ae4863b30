using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.Stages;

/// <summary>Runs every sample once and writes the outputs.</summary>
internal static class InferStage
{
    public static Inferred Run(Request request)
    {
        var infer = request.Infer;
        using var session = RuntimeAdapter.Open(request, infer.ExtraOutputs);
        var inputs = InputFiles.Match(session.Inputs, infer.Inputs);
        int samples = inputs.Count == 0 ? 1 : inputs[0].Samples;
        Directory.CreateDirectory(infer.OutputFolder);
        using var outputs = new OutputFiles(infer.OutputFolder, session.Outputs, infer.DequantizeOutputs);
        for (int sample = 0; sample < samples; sample++)
        {
            outputs.Add(session.Run([.. inputs.Select(input => input.Sample(sample))]));
        }

        return new Inferred { Outputs = { outputs.Finish() }, RuntimeVersion = session.RuntimeVersion };
    }
}
