using System.Text.Json.Nodes;
using Onnx.Tflite.Reading;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Mounts;
using Platform.Runners;
using Platform.Toolchains;

namespace Hub.Cli.Verify;

/// <summary>What came out of a comparison.</summary>
/// <param name="Report">Figures; null when none could be taken.</param>
/// <param name="FirstBad">The first operator that goes wrong, when the figures are too low and it can be told.</param>
/// <param name="Problem">Why no figures could be taken, or which are too low; null when all is well.</param>
internal sealed record Verification(ParityReport? Report, BadOperator? FirstBad, Refusal? Problem)
{
    private static readonly FailureCode[] s_cannotBeTaken = [FailureCode.RuntimeMissing];

    /// <summary>Whether nothing speaks against the product; what cannot be taken on this machine does not.</summary>
    public bool Passed => Problem is null || s_cannotBeTaken.Contains(Problem.Code);

    /// <summary>Runs both models on this machine.</summary>
    public static async Task<Verification> RunAsync(VerifyRequest request, CancellationToken cancellation)
    {
        if (RunnerProgram.Find(RunnerProgram.ModelRunner) is not { } program)
        {
            return new Verification(null, null, new Refusal(FailureCode.RuntimeMissing, "the program model-runner is not beside this one", Advice: "set HUB_RUNNERS to the folder that holds it"));
        }

        var folder = Directory.CreateTempSubdirectory("hub-verify-");
        try
        {
            await using var client = RunnerClient.Start(request.IsQnn ? program with { Environment = QnnEnvironment() } : program);
            return await RunAsync(client, request, SharedFolder.Same(folder.FullName), cancellation);
        }
        catch (RunnerFailureException failure)
        {
            return new Verification(null, null, new Refusal(failure.Code, failure.Message));
        }
        catch (MountException problem)
        {
            return new Verification(null, null, new Refusal(FailureCode.RuntimeMissing, problem.Message));
        }
        catch (InvalidDataException problem)
        {
            return new Verification(null, null, new Refusal(FailureCode.ModelUnreadable, problem.Message));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public JsonObject ToJson()
    {
        var json = Report?.ToJson() ?? [];
        json["taken"] = Report is not null;
        json["passed"] = Report is not null && Problem is null;
        json["problem"] = Problem is null ? null : new JsonObject { ["code"] = CodeName.Of(Problem.Code), ["message"] = Problem.Message };
        json["first_bad_operator"] = FirstBad?.ToJson();
        return json;
    }

    private static async Task<Verification> RunAsync(RunnerClient client, VerifyRequest request, SharedFolder folder, CancellationToken cancellation)
    {
        var parity = new ParityRequest(request.Source, request.Product, folder) { Samples = request.Samples, InputShapes = request.InputShapes, ChannelLast = request.ChannelLast, ProductRuntime = request.IsQnn ? Runtime.QnnHtp : Runtime.Unspecified };
        var report = await ParityCheck.RunAsync(client, parity, cancellation);
        double limit = request.LimitDb ?? (request.IsQnn || IsQuantized(request.Product) ? double.NegativeInfinity : ParityReport.Float32LimitDb);
        if (report.Meets(limit))
        {
            return new Verification(report, null, null);
        }

        var bad = await FirstBadOperator.FindAsync(client, parity, limit, cancellation);
        var worst = report.Outputs.MinBy(output => output.SnrDb)!;
        return new Verification(report, bad, new Refusal(
            FailureCode.ParityMismatch, FormattableString.Invariant($"output '{worst.Name}' is {worst.SnrDb:0.0} dB from the source's, below {limit:0.#} dB"), Subject: bad?.Tensor,
            Advice: bad is null ? null : $"the first operator that differs is {bad.Type} number {bad.Index}, which gives '{bad.Tensor}' of node {bad.SourceNode}"));
    }

    // The runner loads from a folder; what is mounted may be a wheel.
    private static Dictionary<string, string> QnnEnvironment()
    {
        string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? "";
        return QnnPackage.Locate(Setting("HUB_QNN_ROOT"), Setting("HUB_TOOLCHAINS")) is { } place ? new() { ["HUB_QNN_ROOT"] = QnnPackage.Open(place, QnnPackage.UserCache).Root } : [];
    }

    private static bool IsQuantized(string product) => product.EndsWith(".tflite", StringComparison.OrdinalIgnoreCase) && TfliteGraph.Read(product).IsQuantized;
}
