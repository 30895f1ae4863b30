using System.Text.Json.Nodes;
using Platform.Toolchains;

namespace Hub.Cli.Convert;

/// <summary>Refusals for people and for programs.</summary>
internal static class RefusalText
{
    public static void Print(TextWriter error, Refusal refusal)
    {
        string reason = refusal.Reason is null ? "" : $"/{refusal.Reason}";
        string subject = refusal.Subject is null ? "" : $" [{refusal.Subject}]";
        error.WriteLine($"{CodeName.Of(refusal.Code)}{reason}{subject}: {refusal.Message}");
        if (refusal.Advice is not null)
        {
            error.WriteLine($"    {refusal.Advice}");
        }
    }

    public static JsonArray ToJson(IReadOnlyList<Refusal> refusals) => new([.. refusals.Select(refusal => (JsonNode)new JsonObject
    {
        ["code"] = CodeName.Of(refusal.Code),
        ["reason"] = refusal.Reason,
        ["subject"] = refusal.Subject,
        ["message"] = refusal.Message,
        ["advice"] = refusal.Advice,
    })]);
}
