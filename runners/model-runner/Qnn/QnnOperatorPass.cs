using System.Text.RegularExpressions;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.Qnn;

/// <summary>
/// The operators that the Hexagon processor runs, out of QNN's own profile: rows <c>NODE ... name:OpId_n (cycles)</c>. Emulated
/// cycles say nothing of a device, so no time is passed on.
/// </summary>
internal sealed partial class QnnOperatorPass(Func<QnnSession> open, string profile) : OperatorPass
{
    private QnnSession? _session;

    public override IReadOnlyList<TensorSpec> Inputs => Session.Inputs;

    public override string RuntimeVersion => Session.RuntimeVersion;

    private QnnSession Session => _session ??= open();

    public override (IReadOnlyList<Operator> Operators, IReadOnlyList<double> Microseconds) Run(IReadOnlyList<TensorValue> inputs, int iterations)
    {
        Session.Run(inputs);
        Session.Dispose();
        _session = null;
        return ([.. Names(File.ReadLines(profile)).Select(name => new Operator { Name = name, Type = "", ComputeUnit = "NPU", Delegate = "QNNExecutionProvider", Calls = 1 })], []);
    }

    public override void Dispose() => _session?.Dispose();

    /// <summary>Names of the operators, each once, in the order of the run.</summary>
    public static IEnumerable<string> Names(IEnumerable<string> lines) =>
        lines.Select(line => Node().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(@"^[^,]*,NODE,.*?([^,]+):OpId_\d+ \(cycles\)", RegexOptions.CultureInvariant)]
    private static partial Regex Node();
}
