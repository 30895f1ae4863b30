using Google.Protobuf;

namespace Platform.DeviceBroker;

/// <summary>Messages inside documents, as proto3 JSON with snake_case names.</summary>
internal static class BrokerJson
{
    private static readonly JsonFormatter s_formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
    private static readonly JsonParser s_parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static string Format(IMessage message) => s_formatter.Format(message);

    public static T Parse<T>(string json)
        where T : IMessage, new() => s_parser.Parse<T>(json);

    public static T? ParseOrNull<T>(string? json)
        where T : class, IMessage, new() => json is null ? null : Parse<T>(json);
}
