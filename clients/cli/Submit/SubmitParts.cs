using System.CommandLine;
using Hub.Cli.Jobs;
using Hub.Cli.Connection;
using Hub.Cli.Output;
using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains;

namespace Hub.Cli.Submit;

/// <summary>What the submitting commands share.</summary>
internal static class SubmitParts
{
    public static Argument<string> Model { get; } = new("MODEL") { Description = "Model id, or a file to upload." };

    public static Option<string> Device { get; } = new("--device") { Description = "Name of a device, of a family such as 'SM8650 (Family)', or of a proxy such as 'QCS8550 (Proxy)'.", DefaultValueFactory = _ => "" };

    public static Option<string> DeviceOs { get; } = new("--device-os") { Description = "Version, or an interval such as [12,14).", DefaultValueFactory = _ => "" };

    public static Option<string[]> DeviceAttributes { get; } = new("--device-attr") { Description = "key:value that the device must have; may be repeated." };

    public static Option<string> Name { get; } = new("--name") { Description = "Name of the job.", DefaultValueFactory = _ => "" };

    public static Option<bool> NoWait { get; } = new("--no-wait") { Description = "Print the job and do not wait for its end." };

    public static Option<string> IdempotencyKey { get; } = new("--idempotency-key") { Description = "Submitting again under the same key answers with the same job.", DefaultValueFactory = _ => "" };

    public static DeviceSelector Selector(ParseResult parsed)
    {
        var selector = new DeviceSelector { Name = parsed.GetRequiredValue(Device), Os = parsed.GetRequiredValue(DeviceOs) };
        selector.Attributes.AddRange(parsed.GetValue(DeviceAttributes) ?? []);
        return selector;
    }

    /// <summary>Whether any device was asked for.</summary>
    public static bool HasDevice(DeviceSelector selector) => selector.Name.Length > 0 || selector.Os.Length > 0 || selector.Attributes.Count > 0;

    public static IEnumerable<TensorSpec> InputSpecs(IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            if (!InputSpec.TryParse(text, out var parsed))
            {
                throw new CliException($"'{text}' is not NAME:SHAPE[:DTYPE], e.g. image:1x3x224x224:float32", ExitCode.Usage);
            }

            var spec = new TensorSpec { Name = parsed!.Name, Dtype = parsed.Type.ToNumpyName() };
            spec.Shape.AddRange(parsed.Shape.Select(dim => checked((int)dim)));
            yield return spec;
        }
    }

    public static SubmitJobRequest Request(ParseResult parsed, JobSpec spec, string suffix = "") => new()
    {
        Name = parsed.GetRequiredValue(Name),
        Spec = spec,
        IdempotencyKey = parsed.GetRequiredValue(IdempotencyKey) is { Length: > 0 } key ? key + suffix : "",
    };

    /// <summary>Submits, waits unless told otherwise, prints; the exit code says how the job ended.</summary>
    public static async Task<int> SubmitAsync(CliContext context, ParseResult parsed, HubConnection hub, Printer printer, SubmitJobRequest request, CancellationToken cancellation)
    {
        var job = await hub.Client.SubmitJobAsync(request, cancellationToken: cancellation);
        if (!parsed.GetValue(NoWait))
        {
            job = await JobWaiting.WaitAsync(context, hub, job.JobId, printer.Json, cancellation);
        }

        printer.Print(job, () => JobOutput.Print(printer, job));
        return JobOutput.ExitCodeOf(job);
    }
}
