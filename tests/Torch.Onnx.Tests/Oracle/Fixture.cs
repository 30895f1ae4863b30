using System.Text.Json;
using Onnx.Model;

namespace Torch.Onnx.Tests.Oracle;

/// <summary>One case of the .pt2 fixtures: a program, inputs, and what PyTorch answered.</summary>
internal sealed class Fixture
{
    private Fixture(string folder, JsonElement json)
    {
        Folder = folder;
        Relative = json.GetProperty("rtol").GetDouble();
        Absolute = json.GetProperty("atol").GetDouble();
        Runs = [Load(json, "inputs", "outputs")];
        if (json.TryGetProperty("alt_inputs", out _))
        {
            Runs.Add(Load(json, "alt_inputs", "alt_outputs"));
        }
    }

    public string Folder { get; }

    public string Program => Path.Combine(Folder, "model.pt2");

    public double Relative { get; }

    public double Absolute { get; }

    public List<(List<TensorProto> Inputs, List<TensorProto> Outputs)> Runs { get; }

    public static Fixture Open(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        return new Fixture(folder, json.RootElement);
    }

    /// <summary>Converts, runs every set of inputs and compares; what is wrong in words, or null.</summary>
    public FixtureOutcome Judge(ImportOptions? options = null)
    {
        using var file = ExportedProgramFile.Open(Program);
        var result = TorchImporter.Import(file, options);
        return result.Model is null ? new FixtureOutcome.Refused(result.Blockers) : Judge(result.Model);
    }

    private FixtureOutcome Judge(ModelProto model)
    {
        OrtModel? session = null;
        try
        {
            session = new OrtModel(model);
            foreach (var (inputs, outputs) in Runs)
            {
                if (Compare(session.Run(inputs), outputs) is { } difference)
                {
                    return new FixtureOutcome.Wrong(difference);
                }
            }
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException problem)
        {
            return new FixtureOutcome.Wrong(problem.Message);
        }
        finally
        {
            session?.Dispose();
        }

        return new FixtureOutcome.Passed();
    }

    private string? Compare(List<TensorProto> actual, List<TensorProto> expected)
    {
        if (actual.Count < expected.Count)
        {
            return $"{actual.Count} outputs, expected {expected.Count}";
        }

        bool byName = actual.Select(tensor => tensor.Name).Order().SequenceEqual(expected.Select(tensor => tensor.Name).Order());
        for (int i = 0; i < expected.Count; i++)
        {
            var found = byName ? actual.First(tensor => tensor.Name == expected[i].Name) : actual[i];
            if (TensorValues.Difference(expected[i], found, Relative, Absolute) is { } difference)
            {
                return $"{found.Name}: {difference}";
            }
        }

        return null;
    }

    private (List<TensorProto> Inputs, List<TensorProto> Outputs) Load(JsonElement json, string inputs, string outputs) =>
        (LoadTensors(json.GetProperty(inputs)), LoadTensors(json.GetProperty(outputs)));

    private List<TensorProto> LoadTensors(JsonElement list) => [.. list.EnumerateArray()
        .Select(entry => ModelReader.ReadTensor(File.ReadAllBytes(Path.Combine(Folder, entry.GetProperty("file").GetString()!))))];
}

/// <summary>How a case ended.</summary>
internal abstract record FixtureOutcome
{
    public sealed record Passed : FixtureOutcome
    {
        public override string ToString() => "passed";
    }

    public sealed record Refused(IReadOnlyList<ImportBlocker> Blockers) : FixtureOutcome
    {
        public override string ToString() => $"refused: {string.Join("; ", Blockers.Select(blocker => $"{blocker.Reason} {blocker.Operator}: {blocker.Message}"))}";
    }

    public sealed record Wrong(string Difference) : FixtureOutcome
    {
        public override string ToString() => $"wrong: {Difference}";
    }
}
