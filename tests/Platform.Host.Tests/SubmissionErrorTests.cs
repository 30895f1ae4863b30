using System.Globalization;
using System.Text;
using Grpc.Core;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using Platform.ServiceDefaults;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>Everything that can be known at submission is refused there: with its code, naming the culprit, and before anything runs.</summary>
public sealed class SubmissionErrorTests(HubFixture fixture)
{
    private static readonly (string Case, FailureCode Code, string Names, Func<Assets, JobSpec> Spec)[] s_cases =
    [
        ("job without a spec", FailureCode.ArgumentInvalid, "spec", _ => new JobSpec()),
        ("unknown model", FailureCode.NotFound, "mzzzzzzzz", _ => Compile("mzzzzzzzz", "tflite")),
        ("unknown option", FailureCode.OptionUnknown, "--target_runtme", assets => Options(assets.Linear, "--target_runtme tflite")),
        ("unknown option, nearest named", FailureCode.OptionUnknown, "--target_runtime", assets => Options(assets.Linear, "--target_runtme tflite")),
        ("option of another job type", FailureCode.OptionWrongJob, "--max_profiler_iterations", assets => Options(assets.Linear, "--target_runtime tflite --max_profiler_iterations 5")),
        ("option given twice", FailureCode.OptionConflict, "--target_runtime", assets => Options(assets.Linear, "--target_runtime tflite --target_runtime onnx")),
        ("word that is no option", FailureCode.OptionMalformed, "tflite", assets => Options(assets.Linear, "tflite")),
        ("unterminated quote", FailureCode.OptionMalformed, "quote", assets => Options(assets.Linear, "--output_names \"a")),
        ("unknown target runtime", FailureCode.OptionValueInvalid, "coreml", assets => Options(assets.Linear, "--target_runtime coreml")),
        ("flag with another value", FailureCode.OptionValueInvalid, "perhaps", assets => Options(assets.Linear, "--target_runtime tflite --truncate_64bit_io perhaps")),
        ("malformed nested option", FailureCode.OptionMalformed, "key=value", assets => Options(assets.Linear, "--target_runtime tflite --qnn_options =1")),
        ("unknown compute unit", FailureCode.OptionValueInvalid, "tpu", assets => Options(assets.Linear, "--target_runtime tflite --compute_unit tpu")),
        ("too few output names", FailureCode.OptionValueInvalid, "output_names", assets => Options(assets.Linear, "--target_runtime tflite --output_names a,b")),
        ("channel-last of an unknown input", FailureCode.OptionValueInvalid, "'nope'", assets => Options(assets.Linear, "--target_runtime tflite --force_channel_last_input nope")),
        ("channel-last of a matrix", FailureCode.OptionValueInvalid, "2 dimensions", assets => Options(assets.Linear, "--target_runtime tflite --force_channel_last_input x")),
        ("option of another target", FailureCode.OptionWrongJob, "--force_channel_last_input", assets => Options(assets.Linear, "--target_runtime onnx --force_channel_last_input x")),
        ("TorchScript without input specs", FailureCode.InputSpecsRequired, "TorchScript", assets => Compile(assets.Script, "tflite")),
        ("spec of an unknown input", FailureCode.InputSpecUnknownName, "'z'", assets => Compile(assets.Linear, "tflite", Spec("z", "float32", 1, 3))),
        ("spec of another rank", FailureCode.InputSpecRankMismatch, "3 in the spec", assets => Compile(assets.Linear, "tflite", Spec("x", "float32", 1, 1, 3))),
        ("spec of another size", FailureCode.InputSpecDimensionMismatch, "dimension 1", assets => Compile(assets.Linear, "tflite", Spec("x", "float32", 1, 5))),
        ("spec of another type", FailureCode.InputSpecTypeMismatch, "int32", assets => Compile(assets.Linear, "tflite", Spec("x", "int32", 1, 3))),
        ("spec of an unknown type", FailureCode.InputSpecInvalid, "float99", assets => Compile(assets.Linear, "tflite", Spec("x", "float99", 1, 3))),
        ("spec with a dimension of zero", FailureCode.InputSpecInvalid, "'x'", assets => Compile(assets.Open, "tflite", Spec("x", "float32", 0, 3))),
        ("input specified twice", FailureCode.InputSpecInvalid, "2 times", assets => Compile(assets.Linear, "tflite", Spec("x", "float32", 1, 3), Spec("x", "float32", 1, 3))),
        ("QNN without QNN", FailureCode.StepNotMounted, "qnn", assets => Compile(assets.Linear, "qnn_dlc")),
        ("quantizing without a quantizer", FailureCode.StepNotMounted, "quantizer", assets => new JobSpec { Quantize = new QuantizeSpec { ModelId = assets.Linear } }),
        ("linking without QNN", FailureCode.StepNotMounted, "QNN", assets => new JobSpec { Link = new LinkSpec { ModelIds = { assets.Linear } } }),
        ("device that matches nothing", FailureCode.DeviceNotFound, "local-cpu", assets => Run(assets.Linear, new DeviceSelector { Name = "local-cpo" })),
        ("attribute that matches nothing", FailureCode.DeviceNotFound, "os:android", assets => Run(assets.Linear, new DeviceSelector { Attributes = { "os:android" } })),
        ("attribute without a value", FailureCode.ArgumentInvalid, "key:value", assets => Run(assets.Linear, new DeviceSelector { Attributes = { "android" } })),
        ("no device", FailureCode.ArgumentInvalid, "device", assets => Run(assets.Linear, new DeviceSelector())),
        ("TorchScript on a device", FailureCode.DeviceUnsuitable, "compile it first", assets => Profile(assets.Script)),
        ("iterations of zero", FailureCode.OptionValueInvalid, "max_profiler_iterations", assets => Profile(assets.Linear, "--max_profiler_iterations 0")),
        ("more iterations than a profile holds", FailureCode.OptionValueInvalid, "20000", assets => Profile(assets.Linear, "--max_profiler_iterations 20001")),
        ("compile option of a profile job", FailureCode.OptionWrongJob, "--target_runtime", assets => Profile(assets.Linear, "--target_runtime tflite")),
        ("inference without a dataset", FailureCode.ArgumentInvalid, "dataset", assets => Infer(assets.Linear, "")),
        ("unknown dataset", FailureCode.NotFound, "dzzzzzzzz", assets => Infer(assets.Linear, "dzzzzzzzz")),
        ("dataset of another model", FailureCode.DatasetMismatch, "'x'", assets => Infer(assets.Linear, assets.Images)),
        ("option string too long", FailureCode.ArgumentInvalid, "characters", assets => Options(assets.Linear, "--output_names " + new string('a', 20_000))),
    ];

    public static TheoryData<string> Cases => [.. s_cases.Select(row => row.Case)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Submit_WhatCannotWork_IsRefusedBeforeAnythingRuns(string name)
    {
        var (_, code, names, spec) = s_cases.Single(row => row.Case == name);
        var before = await fixture.Hub.Client.ListJobsAsync(new ListJobsRequest { Limit = 500 });
        string key = "refused " + name;
        var error = await Assert.ThrowsAsync<RpcException>(() => fixture.Hub.SubmitAsync(spec(fixture.Assets), key: key, name: key));
        var failure = FailureOf(error);
        Assert.Equal(code, failure.Code);
        Assert.Contains(names, failure.Message + string.Concat(failure.Details.Select(detail => detail.Message + detail.Advice + detail.Subject)), StringComparison.Ordinal);
        Assert.NotEmpty(failure.Message);

        // Neither a job nor an attempt was made.
        var after = await fixture.Hub.Client.ListJobsAsync(new ListJobsRequest { Limit = 500 });
        Assert.DoesNotContain(after.Jobs, job => job.Name == key);
        Assert.True(before.Jobs.Count <= after.Jobs.Count);
    }

    [Fact]
    public async Task Submit_SeveralFaults_AreReportedTogether()
    {
        var spec = Options(fixture.Assets.Linear, "--target_runtime tflite --compute_unit tpu --nonsense 1");
        spec.Compile.InputSpecs.Add(Spec("z", "float32", 1, 3));
        var failure = FailureOf(await Assert.ThrowsAsync<RpcException>(() => fixture.Hub.SubmitAsync(spec)));
        Assert.True(failure.Details.Count >= 3, $"{failure.Details.Count} details");
    }

    [Fact]
    public void ErrorsPage_ListsTheCatalogueAndEveryCase()
    {
        var page = new StringBuilder();
        page.Append("# Errors\n\nEvery failure has a code from one closed catalogue, a sentence, and who has to act. Programs go by the code; the sentence may change.\n");
        page.Append("This page is written by a test from the catalogue (`contracts/protos/hub/v1/failures.proto`).\n\n## Catalogue\n\n");
        page.Append("| code | who acts | tried again by itself | HTTP | meaning | what to do |\n|---|---|---|---|---|---|\n");
        foreach (var code in Enum.GetValues<FailureCode>().Where(code => code != FailureCode.Unspecified))
        {
            var traits = Failures.TraitsOf(code);
            string http = traits.Status == 0 ? "only ends jobs" : $"{FailureMapping.HttpStatusOf((StatusCode)traits.Status)}";
            page.Append(CultureInfo.InvariantCulture, $"| `{CodeOf(code)}` | {traits.Blame} | {traits.Retry} | {http} | {traits.Meaning} | {traits.Advice} |\n");
        }

        page.Append("\n## Refused at submission\n\nEach row is a test that also asserts that no job and no attempt was made. All faults of a request are reported at once.\n\n");
        page.Append("| what is wrong | code |\n|---|---|\n");
        foreach (var row in s_cases)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {row.Case} | `{CodeOf(row.Code)}` |\n");
        }

        Snapshot.Match(page.ToString(), "docs", "errors.md");
    }

    private static string CodeOf(FailureCode code) =>
        FailuresReflection.Descriptor.EnumTypes.Single(type => type.Name == nameof(FailureCode)).FindValueByNumber((int)code).Name;

    private static JobSpec Options(string model, string options) => new() { Compile = new CompileSpec { ModelId = model, Options = options } };

    private static JobSpec Run(string model, DeviceSelector device) => new() { Profile = new ProfileSpec { ModelId = model, Device = device } };

    private static TensorSpec Spec(string name, string dtype, params int[] shape) => new() { Name = name, Dtype = dtype, Shape = { shape } };
}
