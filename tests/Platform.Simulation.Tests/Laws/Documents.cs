using System.Text.Json;
using Platform.Store;

namespace Platform.Simulation.Tests.Laws;

/// <summary>Reads committed documents.</summary>
internal static class Documents
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public static T Read<T>(StoredDocument document)
        where T : class => document.Parsed.Of(document.Body, body => JsonSerializer.Deserialize<T>(body.Span, s_json)!);
}
