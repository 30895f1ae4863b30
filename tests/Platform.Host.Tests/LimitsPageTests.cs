using System.Globalization;
using System.Text;
using Platform.ServiceDefaults;
using TestKit;

namespace Platform.Host.Tests;

/// <summary>docs/limits.md is written from the table that the code goes by.</summary>
public sealed class LimitsPageTests
{
    [Fact]
    public void LimitsPage_SaysWhatTheTableSays()
    {
        var page = new StringBuilder("# Limits\n\nEvery limit can be set in the configuration section `Limits` (`--Limits:model_bytes=...`). This page is written by a test.\n\n");
        page.Append("| name | default | unit | meaning |\n|---|---|---|---|\n");
        foreach (var limit in HubLimits.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{limit.Name}` | {limit.Value} | {limit.Unit} | {limit.Meaning} |\n");
        }

        Snapshot.Match(page.ToString(), "docs", "limits.md");
    }
}
