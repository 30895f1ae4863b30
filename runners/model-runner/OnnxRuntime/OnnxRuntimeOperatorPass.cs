using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Platform.Contracts.Runner.V1;
using Runner.Model.Measuring;
using Runner.Model.Runtimes;

namespace Runner.Model.OnnxRuntime;

/// <summary>ONNX Runtime's profile: a Chrome trace whose events of the category Node are the operators, with the provider that ran each.</summary>
internal sealed class OnnxRuntimeOperatorPass(OnnxRuntimeSession session) : OperatorPass
{
    private const string Suffix = "_kernel_time";

    public override IReadOnlyList<TensorSpec> Inputs => session.Inputs;

    public override string RuntimeVersion => session.RuntimeVersion;

    public override (IReadOnlyList<Operator> Operators, IReadOnlyList<double> Microseconds) Run(IReadOnlyList<TensorValue> inputs, int iterations)
    {
        var whole = new List<double>();
        using (var run = session.Prepare(inputs))
        {
            for (int i = 0; i < iterations; i++)
            {
                long began = Stopwatch.GetTimestamp();
                run.Invoke();
                whole.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            }
        }

        string file = session.EndProfiling();
        try
        {
            return (Read(file, iterations), whole);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public override void Dispose() => session.Dispose();

    private static IReadOnlyList<Operator> Read(string file, int iterations)
    {
        using var stream = File.OpenRead(file);
        using var trace = JsonDocument.Parse(stream);
        var events = trace.RootElement.EnumerateArray()
            .Where(entry => entry.GetProperty("cat").GetString() == "Node" && entry.GetProperty("name").GetString()!.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(ToTime).ToList();
        int each = iterations == 0 ? 0 : events.Count / iterations;
        var times = new OperatorTimes();
        for (int i = 0; i < iterations; i++)
        {
            times.Add(events.GetRange(i * each, each));
        }

        return times.ToOperators();
    }

    private static OperatorTime ToTime(JsonElement entry)
    {
        var arguments = entry.GetProperty("args");
        string provider = arguments.TryGetProperty("provider", out var name) ? name.GetString()! : "";
        string unit = provider switch
        {
            "CPUExecutionProvider" => "CPU",
            "QNNExecutionProvider" => "NPU",
            _ => "GPU",
        };
        double microseconds = entry.GetProperty("dur").ValueKind == JsonValueKind.Number
            ? entry.GetProperty("dur").GetDouble()
            : double.Parse(entry.GetProperty("dur").GetString()!, CultureInfo.InvariantCulture);
        return new OperatorTime(entry.GetProperty("name").GetString()![..^Suffix.Length], arguments.GetProperty("op_name").GetString()!, provider, unit, microseconds);
    }
}
