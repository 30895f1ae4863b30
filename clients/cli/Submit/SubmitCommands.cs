using System.CommandLine;
using Hub.Cli.Connection;
using Hub.Cli.Datasets;
using Hub.Cli.Jobs;
using Hub.Cli.Models;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Submit;

/// <summary><c>hub compile</c>, <c>profile</c>, <c>infer</c> and the two that chain them.</summary>
internal static class SubmitCommands
{
    private static readonly Option<string> s_options = new("--options") { Description = "AI Hub's option string, e.g. \"--target_runtime tflite\".", DefaultValueFactory = _ => "" };
    private static readonly Option<string?> s_target = new("--target_runtime") { Description = "tflite (default), onnx, qnn_dlc, qnn_context_binary or precompiled_qnn_onnx." };
    private static readonly Option<string[]> s_inputs = new("--input") { Description = "NAME:SHAPE[:DTYPE]; may be repeated." };
    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "Say what would be done, and do nothing." };
    private static readonly Option<bool> s_bypass = new("--bypass-cache") { Description = "Convert even if the same has been converted before." };
    private static readonly Option<string> s_dataset = new("--dataset") { Description = "Dataset id, or a file to upload.", Required = true };
    private static readonly Option<string> s_runOptions = new("--run-options") { Description = "Options of the run on the device.", DefaultValueFactory = _ => "" };

    public static Command CreateCompile(CliContext context) => WithSubmission(new Command("compile", """
        Compile a model for a runtime.

        Examples:
          hub compile model.onnx --target_runtime tflite
          hub compile digits.pt --input image:1x1x8x8 --target_runtime onnx
        """) { SubmitParts.Model, s_target, s_inputs, s_options, s_dryRun, s_bypass }).WithHub(context, (parsed, hub, printer, cancellation) => CompileAsync(context, parsed, hub, printer, cancellation));

    public static Command CreateProfile(CliContext context) => WithSubmission(new Command("profile", """
        Measure a model on a device.

        Example:
          hub profile model.tflite --device local-cpu
        """) { SubmitParts.Model, s_options }).WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        string model = await ModelCommands.ResolveAsync(context, hub, parsed.GetRequiredValue(SubmitParts.Model), printer.Json, cancellation);
        var spec = new JobSpec { Profile = new ProfileSpec { ModelId = model, Device = SubmitParts.Selector(parsed), Options = parsed.GetRequiredValue(s_options) } };
        return await SubmitParts.SubmitAsync(context, parsed, hub, printer, SubmitParts.Request(parsed, spec), cancellation);
    });

    public static Command CreateInfer(CliContext context) => WithSubmission(new Command("infer", """
        Run a dataset through a model on a device.

        Example:
          hub infer model.tflite --dataset images.npz --device local-cpu
        """) { SubmitParts.Model, s_dataset, s_options }).WithHub(context, async (parsed, hub, printer, cancellation) =>
    {
        string model = await ModelCommands.ResolveAsync(context, hub, parsed.GetRequiredValue(SubmitParts.Model), printer.Json, cancellation);
        string dataset = await DatasetCommands.ResolveAsync(context, hub, parsed.GetRequiredValue(s_dataset), printer.Json, cancellation);
        var spec = new JobSpec { Inference = new InferenceSpec { ModelId = model, DatasetId = dataset, Device = SubmitParts.Selector(parsed), Options = parsed.GetRequiredValue(s_options) } };
        return await SubmitParts.SubmitAsync(context, parsed, hub, printer, SubmitParts.Request(parsed, spec), cancellation);
    });

    public static Command CreateCompileAndProfile(CliContext context) => WithSubmission(
        new Command("compile-and-profile", "Compile a model, then measure the product on a device.") { SubmitParts.Model, s_target, s_inputs, s_options, s_bypass, s_runOptions })
        .WithHub(context, (parsed, hub, printer, cancellation) => ChainAsync(context, parsed, hub, printer, null, cancellation));

    public static Command CreateCompileAndInfer(CliContext context) => WithSubmission(
        new Command("compile-and-infer", "Compile a model, then run a dataset through the product on a device.") { SubmitParts.Model, s_target, s_inputs, s_options, s_bypass, s_runOptions, s_dataset })
        .WithHub(context, async (parsed, hub, printer, cancellation) =>
        {
            string dataset = await DatasetCommands.ResolveAsync(context, hub, parsed.GetRequiredValue(s_dataset), printer.Json, cancellation);
            return await ChainAsync(context, parsed, hub, printer, dataset, cancellation);
        });

    private static Command WithSubmission(Command command)
    {
        foreach (Option option in new Option[] { SubmitParts.Device, SubmitParts.DeviceOs, SubmitParts.DeviceAttributes, SubmitParts.Name, SubmitParts.NoWait, SubmitParts.IdempotencyKey })
        {
            command.Add(option);
        }

        return command;
    }

    private static async Task<int> CompileAsync(CliContext context, ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var spec = await CompileSpecAsync(context, parsed, hub, printer, cancellation);
        if (!parsed.GetValue(s_dryRun))
        {
            var request = SubmitParts.Request(parsed, new JobSpec { Compile = spec });
            request.BypassCache = parsed.GetValue(s_bypass);
            return await SubmitParts.SubmitAsync(context, parsed, hub, printer, request, cancellation);
        }

        var plan = await hub.Client.PlanCompileAsync(new PlanCompileRequest { Spec = spec }, cancellationToken: cancellation);
        printer.Print(plan, () => printer.Facts(
            ("steps", string.Join("\n", plan.Steps.Select(step => $"{step.Name} {step.Version}: {Words.Name(step.From)} -> {Words.Name(step.To)}"))),
            ("cached", plan.Failure is null ? (plan.Cached ? "yes: the result is there already" : "no") : ""), ("notes", string.Join("\n", plan.Notes)), ("refused", Words.Failure(plan.Failure))));
        return plan.Failure is null ? ExitCode.Done : ExitCode.Refused;
    }

    private static async Task<CompileSpec> CompileSpecAsync(CliContext context, ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        string model = await ModelCommands.ResolveAsync(context, hub, parsed.GetRequiredValue(SubmitParts.Model), printer.Json, cancellation);
        var spec = new CompileSpec { ModelId = model, Options = parsed.GetRequiredValue(s_options) };
        spec.InputSpecs.AddRange(SubmitParts.InputSpecs(parsed.GetValue(s_inputs) ?? []));
        if (parsed.GetValue(s_target) is { } target)
        {
            spec.DirectOptions["target_runtime"] = target;
        }

        var selector = SubmitParts.Selector(parsed);
        if (SubmitParts.HasDevice(selector))
        {
            spec.Devices.Add(selector);
        }

        return spec;
    }

    // Both jobs are submitted at once: the second names the product that the first has reserved, and waits for it in the hub.
    private static async Task<int> ChainAsync(CliContext context, ParseResult parsed, HubConnection hub, Printer printer, string? dataset, CancellationToken cancellation)
    {
        var compile = SubmitParts.Request(parsed, new JobSpec { Compile = await CompileSpecAsync(context, parsed, hub, printer, cancellation) }, ".compile");
        compile.BypassCache = parsed.GetValue(s_bypass);
        var compiled = await hub.Client.SubmitJobAsync(compile, cancellationToken: cancellation);
        string options = parsed.GetRequiredValue(s_runOptions);
        var run = dataset is null
            ? new JobSpec { Profile = new ProfileSpec { ModelId = compiled.TargetModelId, Device = SubmitParts.Selector(parsed), Options = options } }
            : new JobSpec { Inference = new InferenceSpec { ModelId = compiled.TargetModelId, DatasetId = dataset, Device = SubmitParts.Selector(parsed), Options = options } };
        if (!parsed.GetValue(SubmitParts.NoWait))
        {
            var ended = await JobWaiting.WaitAsync(context, hub, compiled.JobId, printer.Json, cancellation);
            printer.Print(ended, () => JobOutput.Print(printer, ended));
            printer.Line();
        }

        return await SubmitParts.SubmitAsync(context, parsed, hub, printer, SubmitParts.Request(parsed, run, ".run"), cancellation);
    }
}
