using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Options;

namespace Platform.Gateway.Runs;

/// <summary>The options of a run after defaults, so that farm hosts need no option table.</summary>
internal static class RunOptions
{
    public static Dictionary<string, string> Of(RunSpec run)
    {
        var kind = run.JobType == JobType.Profile ? JobKinds.Profile : JobKinds.Inference;
        var options = OptionParser.Parse(run.Options, new Dictionary<string, string>(), kind, []);
        return OptionTable.All
            .Where(row => (row.Jobs & kind) != 0 && options.Text(row.Name) is not null)
            .ToDictionary(row => row.Name, row => options.Text(row.Name)!, StringComparer.Ordinal);
    }
}
