using System.CommandLine;
using Hub.Cli.Convert;
using Hub.Cli.Inspect;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Options;
using Platform.Toolchains.Qnn;

namespace Hub.Cli.Link;

/// <summary><c>hub link</c>: several models to one context binary, here and now.</summary>
internal static class LinkCommand
{
    private static readonly Argument<FileInfo[]> s_inputs = new("IN") { Description = "Models: all .dlc, or all .onnx.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<FileInfo> s_output = new("--output", "-o") { Description = "The linked binary: .bin, or .onnx with --embed_in_onnx in the options.", Required = true };
    private static readonly Option<string[]> s_attributes = new("--device-attr") { Description = "The chip, e.g. soc-model:57 or chipset:qualcomm-snapdragon-8gen3." };
    private static readonly Option<string> s_options = new("--options") { Description = "Link options as of a link job, e.g. \"--weight_sharing false\".", DefaultValueFactory = _ => "" };

    public static Command Create(CliContext context) => new Command("link", """
        Link models into one context binary with shared weights, offline.

        Examples:
          hub link a.dlc b.dlc -o both.bin --device-attr soc-model:57
          hub link small.onnx large.onnx -o both.bin --device-attr chipset:qualcomm-snapdragon-8gen3
        """) { s_inputs, s_output, s_attributes, s_options }.WithAction(context, async (parsed, printer, cancellation) =>
    {
        var files = parsed.GetRequiredValue(s_inputs);
        if (files.FirstOrDefault(file => !file.Exists) is { } missing)
        {
            throw new CliException($"{missing.FullName} does not exist");
        }

        var refusals = new List<Refusal>();
        var options = OptionParser.Parse(parsed.GetRequiredValue(s_options), new Dictionary<string, string>(), JobKinds.Link, refusals);
        var socs = SocSelector.Parse(parsed.GetValue(s_attributes) ?? [], refusals);
        return refusals.Count > 0
            ? Refuse(context, refusals)
            : await LinkAsync(context, printer, [.. files.Select(file => file.FullName)], parsed.GetRequiredValue(s_output).FullName, options, socs, cancellation);
    });

    private static async Task<int> LinkAsync(
        CliContext context, Printer printer, IReadOnlyList<string> files, string output, OptionSet options, IReadOnlyList<Soc> socs, CancellationToken cancellation)
    {
        var (qnn, problem) = await OfflineQnn.OpenAsync(cancellation);
        if (qnn is null)
        {
            return Refuse(context, [new Refusal(FailureCode.StepNotMounted, $"{QnnLinkStep.Name} cannot be done here: {problem}", Subject: QnnLinkStep.Name)]);
        }

        var outcome = await qnn.LinkAsync(files, output, options, socs, TextWriter.Null, cancellation);
        if (outcome.Refusals.Count > 0)
        {
            return Refuse(context, outcome.Refusals);
        }

        if (printer.Json)
        {
            printer.Print(InspectCommand.ToJson(outcome.Facts!, output));
            return ExitCode.Done;
        }

        printer.Line(Saving(outcome.Facts!, output));
        return ExitCode.Done;
    }

    private static string Saving(ModelFacts facts, string output)
    {
        double bytes = new FileInfo(output).Length;
        double apart = double.Parse(facts.Metadata.GetValueOrDefault(QnnFacts.BytesApart, "0"), System.Globalization.CultureInfo.InvariantCulture);
        string names = facts.Metadata.GetValueOrDefault(QnnFacts.GraphNames, "");
        return FormattableString.Invariant($"{output} ({bytes:N0} bytes; apart {apart:N0} bytes, {bytes / apart:P0} of that)\ngraphs: {names}");
    }

    private static int Refuse(CliContext context, IReadOnlyList<Refusal> refusals)
    {
        foreach (var refusal in refusals)
        {
            RefusalText.Print(context.Error, refusal);
        }

        return ExitCode.Refused;
    }
}
