using Google.Protobuf;
using Google.Protobuf.Reflection;
using Platform.Contracts.Hub.V1;

namespace Platform.Gateway;

/// <summary>The one formatter of messages as JSON: snake_case names, for REST, event streams and stored parts of documents.</summary>
internal static class ProtoJson
{
    private static readonly TypeRegistry s_types = TypeRegistry.FromFiles(HubReflection.Descriptor, TypesReflection.Descriptor);
    private static readonly JsonFormatter s_formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithTypeRegistry(s_types));
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true).WithTypeRegistry(s_types));
    private static readonly JsonParser s_strict = new(JsonParser.Settings.Default.WithTypeRegistry(s_types));

    public static string Format(IMessage message) => s_formatter.Format(message);

    /// <summary>Reads what this hub or a newer version of it has written.</summary>
    public static T Parse<T>(string json)
        where T : IMessage, new() => s_parser.Parse<T>(json);

    /// <summary>Reads what a caller has written: unknown fields are mistakes.</summary>
    public static IMessage ParseStrictly(string json, MessageDescriptor type) => s_strict.Parse(json, type);

    public static IReadOnlyList<string> FormatAll(IEnumerable<IMessage> messages) => [.. messages.Select(Format)];

    public static IEnumerable<T> ParseAll<T>(IEnumerable<string> texts)
        where T : IMessage, new() => texts.Select(Parse<T>);
}
