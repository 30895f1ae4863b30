using System.CommandLine;
using Hub.Cli.Convert;
using Hub.Cli.Output;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Qnn;

namespace Hub.Cli.Verify;

/// <summary><c>hub verify</c>: runs two models on the same inputs and says how far they are apart.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<FileInfo> s_source = new("SOURCE") { Description = "The model that is right: .onnx." };
    private static readonly Argument<FileInfo> s_product = new("PRODUCT") { Description = "The model made of it: .tflite, .onnx, or a compiled QNN model, which is run by emulation." };
    private static readonly Option<string[]> s_inputs = new("--input") { Description = "NAME:SHAPE of an input whose dimensions are open; may be repeated." };
    private static readonly Option<string[]> s_channelLast = new("--channel-last") { Description = "An input or output that the product has channels last, where the shapes do not show it." };
    private static readonly Option<int> s_samples = new("--samples") { Description = "How many seeded inputs.", DefaultValueFactory = _ => 3 };
    private static readonly Option<double?> s_limit = new("--limit") { Description = "Lowest signal-to-noise ratio in dB: 60 for float products, none for quantized ones." };

    public static Command Create(CliContext context)
    {
        var command = new Command("verify", """
            Run two models on the same seeded inputs and compare their outputs.

            Exit code 0: every output is close enough; 2: it is not, or a model does not run.

            Examples:
              hub verify model.onnx model.tflite
              hub verify model.onnx model.tflite --json
            """)
        {
            s_source, s_product, s_inputs, s_channelLast, s_samples, s_limit,
        };
        return command.WithAction(context, (parsed, printer, cancellation) => RunAsync(parsed, context, printer, cancellation));
    }

    private static async Task<int> RunAsync(ParseResult parsed, CliContext context, Printer printer, CancellationToken cancellation)
    {
        var shapes = new Dictionary<string, long[]>();
        foreach (string text in parsed.GetValue(s_inputs) ?? [])
        {
            if (!InputSpec.TryParse(text, out var spec))
            {
                await context.Error.WriteLineAsync($"hub verify: '{text}' is not NAME:SHAPE");
                return ExitCode.Usage;
            }

            shapes[spec!.Name] = [.. spec.Shape];
        }

        var request = new VerifyRequest(parsed.GetRequiredValue(s_source).FullName, parsed.GetRequiredValue(s_product).FullName, shapes, parsed.GetValue(s_channelLast) ?? [])
        {
            Samples = Math.Clamp(parsed.GetValue(s_samples), 1, 1000),
            LimitDb = parsed.GetValue(s_limit),
        };
        if (new[] { request.Source, request.Product }.FirstOrDefault(path => !File.Exists(path)) is { } missing)
        {
            await context.Error.WriteLineAsync($"hub verify: {missing} does not exist");
            return ExitCode.Usage;
        }

        return Print(await Verification.RunAsync(request with { IsQnn = IsQnn(request.Product) }, cancellation), context, printer);
    }

    // What cannot be read is refused by the runtime, in its own words.
    private static bool IsQnn(string product)
    {
        try
        {
            return QnnChecks.IsBound(ModelInspector.Inspect(product).Form);
        }
        catch (InspectionException)
        {
            return false;
        }
    }

    private static int Print(Verification verification, CliContext context, Printer printer)
    {
        if (printer.Json)
        {
            printer.Print(verification.ToJson());
        }
        else if (verification.Report is { } report)
        {
            printer.Line($"{report.SourceRuntime} against {report.ProductRuntime}, {report.Samples} inputs");
            printer.Table(["output", "dtype", "max abs", "of range", "SNR dB", "cosine"], report.Outputs.Select(output => (IReadOnlyList<string>)
            [
                output.Name, output.Dtype, FormattableString.Invariant($"{output.MaxAbs:G3}"), FormattableString.Invariant($"{output.MaxRelative:G3}"),
                FormattableString.Invariant($"{output.SnrDb:0.0}"), FormattableString.Invariant($"{output.Cosine:0.00000000}"),
            ]));
        }

        if (verification.Problem is { } problem && !printer.Json)
        {
            RefusalText.Print(context.Error, problem);
        }

        return verification.Problem is null ? ExitCode.Done : ExitCode.Refused;
    }
}
