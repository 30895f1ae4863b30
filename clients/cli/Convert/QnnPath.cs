using System.Text.Json.Nodes;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains;
using Platform.Toolchains.Conversion;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;
using Platform.Toolchains.Steps;

namespace Hub.Cli.Convert;

/// <summary>A path that ends with a QNN step: managed steps in this process, then the vendor's compiler in a child.</summary>
internal static class QnnPath
{
    /// <summary>The QNN steps, for the planner; whether this machine can do them is found out when one is needed.</summary>
    public static IEnumerable<StepDescription> Steps { get; } =
        [.. QnnCompileStep.Targets.Select(form => new StepDescription(QnnCompileStep.NameOf(form), "", ModelForm.Onnx, form, StepHost.Process))];

    public static async Task<ConversionOutcome> RunAsync(
        IReadOnlyList<StepDescription> path, string input, string output, OptionSet options, IReadOnlyList<InputSpec> inputs, IReadOnlyList<Soc> socs, CancellationToken cancellation)
    {
        var (qnn, problem) = await OfflineQnn.OpenAsync(cancellation);
        if (qnn is null)
        {
            return new ConversionOutcome([new Refusal(FailureCode.StepNotMounted, $"{path[^1].Name} cannot be done here: {problem}", Subject: path[^1].Name)], [], []);
        }

        var folder = Directory.CreateTempSubdirectory("hub-convert-");
        try
        {
            var managed = path.Take(path.Count - 1).ToList();
            var outcome = new ConversionOutcome([], [], []);
            string onnx = input;
            if (managed.Count > 0)
            {
                onnx = Path.Combine(folder.FullName, "model.onnx");
                outcome = ManagedPath.Run(managed, input, onnx, options, inputs, cancellation, new PathExtras { IsUnfinished = true });
            }

            return outcome.Refusals.Count > 0 ? outcome : await CompileAsync(qnn, path[^1], onnx, output, options, managed.Count > 0 ? [] : inputs, socs, outcome, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<ConversionOutcome> CompileAsync(
        OfflineQnn qnn, StepDescription step, string onnx, string output, OptionSet options, IReadOnlyList<InputSpec> inputs, IReadOnlyList<Soc> socs, ConversionOutcome before, CancellationToken cancellation)
    {
        var compiled = await qnn.ConvertAsync(step.To, onnx, output, options, inputs, socs, TextWriter.Null, cancellation);
        var reports = before.Reports;
        reports.Add(new JsonObject
        {
            ["step"] = step.Name,
            ["version"] = compiled.Facts?.Metadata.GetValueOrDefault("QAIRT_SDK_VERSION"),
            ["metadata"] = compiled.Facts is null ? null : new JsonObject(compiled.Facts.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        });
        return new ConversionOutcome(compiled.Refusals, reports, [.. before.Warnings, .. compiled.Warnings]);
    }
}
