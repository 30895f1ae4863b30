using System.CommandLine;
using Hub.Cli.Models;
using Hub.Cli.Submit;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Link;

/// <summary><c>hub link-models</c>: a link job.</summary>
internal static class LinkJobCommand
{
    private static readonly Argument<string[]> s_models = new("MODEL") { Description = "Model ids, or files to upload: all DLC, all ONNX, or compiled QNN models of one chip.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> s_options = new("--options") { Description = "Link options, e.g. \"--embed_in_onnx\".", DefaultValueFactory = _ => "" };

    public static Command Create(CliContext context) => new Command("link-models", """
        Link models into one QNN context binary with shared weights, in the hub.

        Example:
          hub link-models a.dlc b.dlc --device-attr soc-model:57
        """)
    {
        s_models, s_options, SubmitParts.Device, SubmitParts.DeviceOs, SubmitParts.DeviceAttributes, SubmitParts.Name, SubmitParts.NoWait, SubmitParts.IdempotencyKey,
    }.WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        var spec = new LinkSpec { Options = parsed.GetRequiredValue(s_options) };
        foreach (string model in parsed.GetRequiredValue(s_models))
        {
            spec.ModelIds.Add(await ModelCommands.ResolveAsync(context, hub, model, printer.Json, cancellation));
        }

        var selector = SubmitParts.Selector(parsed);
        if (SubmitParts.HasDevice(selector))
        {
            spec.Device = selector;
        }

        return await SubmitParts.SubmitAsync(context, parsed, hub, printer, SubmitParts.Request(parsed, new JobSpec { Link = spec }), cancellation);
    });
}
