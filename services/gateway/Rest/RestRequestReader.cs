using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Rest;

/// <summary>Builds a method's request message from an HTTP request: body, then path, then query.</summary>
internal static class RestRequestReader
{
    private const int LongestBody = 4 << 20;

    public static async Task<IMessage> ReadAsync(RestRoute route, HttpContext context)
    {
        var json = route.HasBody ? await BodyAsync(context.Request) : [];
        var type = route.Method.InputType;
        foreach (string name in route.PathFields)
        {
            json[name] = context.Request.RouteValues[name]?.ToString();
        }

        if (!route.HasBody)
        {
            foreach (var (name, values) in context.Request.Query)
            {
                var field = type.FindFieldByName(name) ?? throw Invalid($"there is no parameter {name}");
                json[name] = field.IsRepeated ? new JsonArray([.. values.Select(value => Value(field, value ?? ""))]) : Value(field, values[0] ?? "");
            }
        }

        try
        {
            return ProtoJson.ParseStrictly(json.ToJsonString(), type);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Invalid(error.Message);
        }
    }

    private static async Task<JsonObject> BodyAsync(HttpRequest request)
    {
        if (request.ContentLength > LongestBody)
        {
            throw Invalid($"the body has more than {LongestBody} bytes");
        }

        using var reader = new StreamReader(request.Body);
        char[] buffer = new char[LongestBody + 1];
        int length = await reader.ReadBlockAsync(buffer.AsMemory());
        if (length > LongestBody)
        {
            throw Invalid($"the body has more than {LongestBody} bytes");
        }

        try
        {
            return length == 0 ? [] : JsonNode.Parse(new string(buffer, 0, length)) as JsonObject ?? throw Invalid("the body is not a JSON object");
        }
        catch (System.Text.Json.JsonException error)
        {
            throw Invalid($"the body is not JSON: {error.Message}");
        }
    }

    private static JsonNode Value(FieldDescriptor field, string text) => field.FieldType switch
    {
        FieldType.Bool => JsonValue.Create(text is "true" or "1" or ""),
        FieldType.Double => JsonValue.Create(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Invalid($"{field.Name} is not a number")),
        FieldType.Int32 or FieldType.UInt32 => JsonValue.Create(long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole : throw Invalid($"{field.Name} is not a number")),
        FieldType.Message or FieldType.Bytes => throw Invalid($"{field.Name} cannot be given in the address"),
        _ => JsonValue.Create(text),
    };

    private static FailureException Invalid(string message) => new(FailureCode.ArgumentInvalid, message);
}
