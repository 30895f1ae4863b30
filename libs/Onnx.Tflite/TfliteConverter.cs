using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Lowering;
using Onnx.Tflite.Passes;
using Onnx.Tflite.Reporting;

namespace Onnx.Tflite;

/// <summary>Converts ONNX models to TensorFlow Lite: exactly, or not at all.</summary>
public static class TfliteConverter
{
    /// <summary>Names of the passes, in order: what <see cref="ConvertOptions.Dump"/> is called with.</summary>
    public static IReadOnlyList<string> PassNames { get; } = ["lower", .. PassList.All.Select(pass => pass.Name)];

    /// <summary>Converts a model; the model itself stays as it is.</summary>
    /// <param name="model">The source. It must stay open until the product has been written.</param>
    /// <param name="options">How to convert.</param>
    /// <param name="cancellation">Ends the conversion early.</param>
    public static ConversionResult Convert(ModelProto model, ConvertOptions options, CancellationToken cancellation = default)
    {
        var session = new LoweringSession(options, cancellation);
        var analyzed = Analyze(model, options, session);
        if (analyzed is null || session.Refusals.Count > 0)
        {
            return Refused(session, []);
        }

        var graph = ModelLowering.Run(analyzed.Main, session);
        var notes = new ConversionNotes();
        if (session.Refusals.Count > 0)
        {
            return Refused(session, notes.Warnings);
        }

        try
        {
            RunPasses(graph, new PassContext(options, session.Names, notes), cancellation);
        }
        catch (RefusedException refusal)
        {
            // A pass needs an operator that has no kernel for the type at hand.
            session.Refusals.Add(new ConversionRefusal(refusal.Code, "", "", refusal.Message, refusal.Advice));
        }

        session.Refusals.AddRange(notes.Refusals);
        return session.Refusals.Count > 0
            ? Refused(session, notes.Warnings)
            : new ConversionResult(new TfliteModel(graph, $"{model.ProducerName} {model.ProducerVersion}".Trim(), options.MinRuntime), [], [.. session.Warnings, .. notes.Warnings], ConversionReport.Of(model, graph, options));
    }

    private static AnalyzedModel? Analyze(ModelProto model, ConvertOptions options, LoweringSession session)
    {
        try
        {
            var analyzed = ModelAnalysis.Analyze(model, new AnalysisOptions { InputShapes = options.InputShapes });
            foreach (var problem in analyzed.Problems.DistinctBy(problem => (problem.Node, problem.Error)))
            {
                session.Refusals.Add(ProblemRefusal.Of(problem));
            }

            if (!options.AllowFloat32ForFloat16 && Float16Rounding.Find(analyzed.Main) is { } rounding)
            {
                session.Refusals.Add(rounding);
            }

            return analyzed;
        }
        catch (OnnxGraphException problem)
        {
            session.Refusals.Add(new ConversionRefusal(ReasonCode.InvalidGraph, "", "", problem.Message, "correct the model"));
            return null;
        }
    }

    private static void RunPasses(Subgraph graph, PassContext context, CancellationToken cancellation)
    {
        graph.Tidy();
        context.Options.Dump?.Invoke("lower", GraphText.Of(graph));
        foreach (var pass in PassList.All)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var body in graph.WithBodies().ToList())
            {
                pass.Run(body, context);
                body.Tidy();
                context.Options.AfterPass?.Invoke(pass.Name, body);
            }

            context.Options.Dump?.Invoke(pass.Name, GraphText.Of(graph));
        }
    }

    private static ConversionResult Refused(LoweringSession session, List<string> warnings) =>
        new(null, session.Refusals, [.. session.Warnings, .. warnings], []);
}
