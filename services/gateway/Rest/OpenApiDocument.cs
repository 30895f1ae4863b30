using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace Platform.Gateway.Rest;

/// <summary>The REST interface as an OpenAPI 3.1 document, made from the protos: it cannot drift from what is served.</summary>
internal static class OpenApiDocument
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public static string Text { get; } = Build().ToJsonString(s_indented) + "\n";

    private static JsonObject Build()
    {
        var schemas = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        var paths = new JsonObject();
        foreach (var route in RestRoute.All)
        {
            paths[route.Pattern] ??= new JsonObject();
            paths[route.Pattern]![route.Verb.ToLowerInvariant()] = Operation(route, schemas);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Hub", ["version"] = "v1", ["description"] = "The public interface over HTTP/1.1 with JSON; gRPC offers the same methods." },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject(schemas.Select(schema => KeyValuePair.Create<string, JsonNode?>(schema.Key, schema.Value))),
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
            },
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
        };
    }

    private static JsonObject Operation(RestRoute route, SortedDictionary<string, JsonObject> schemas)
    {
        var input = route.Method.InputType;
        var operation = new JsonObject { ["operationId"] = route.Method.Name, ["summary"] = route.Summary, ["parameters"] = Parameters(route, schemas) };
        if (route.HasBody)
        {
            operation["requestBody"] = new JsonObject { ["content"] = Content("application/json", Reference(input, schemas)) };
        }

        string type = route.Method.IsServerStreaming ? "text/event-stream" : "application/json";
        operation["responses"] = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = route.Method.OutputType.Name, ["content"] = Content(type, Reference(route.Method.OutputType, schemas)) },
            ["default"] = new JsonObject { ["description"] = "Failure", ["content"] = Content("application/json", Reference(Contracts.Hub.V1.Failure.Descriptor, schemas)) },
        };
        return operation;
    }

    private static JsonArray Parameters(RestRoute route, SortedDictionary<string, JsonObject> schemas)
    {
        var path = route.PathFields.ToHashSet();
        var fields = route.Method.InputType.Fields.InDeclarationOrder().Where(field => path.Contains(field.Name) || !route.HasBody);
        return new JsonArray([.. fields.Select(field => (JsonNode)new JsonObject
        {
            ["name"] = field.Name,
            ["in"] = path.Contains(field.Name) ? "path" : "query",
            ["required"] = path.Contains(field.Name),
            ["schema"] = FieldSchema(field, schemas),
        })]);
    }

    private static JsonObject Content(string type, JsonObject schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Reference(MessageDescriptor type, SortedDictionary<string, JsonObject> schemas)
    {
        if (type.FullName == "google.protobuf.Timestamp")
        {
            return new JsonObject { ["type"] = "string", ["format"] = "date-time" };
        }

        if (type.FullName.StartsWith("google.protobuf.", StringComparison.Ordinal))
        {
            return new JsonObject { ["type"] = "object" };
        }

        if (schemas.TryAdd(type.Name, []))
        {
            var properties = new JsonObject();
            foreach (var field in type.Fields.InDeclarationOrder())
            {
                properties[field.Name] = FieldSchema(field, schemas);
            }

            schemas[type.Name]["type"] = "object";
            schemas[type.Name]["properties"] = properties;
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{type.Name}" };
    }

    private static JsonObject FieldSchema(FieldDescriptor field, SortedDictionary<string, JsonObject> schemas)
    {
        if (field.IsMap)
        {
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = Scalar(field.MessageType.FindFieldByName("value"), schemas) };
        }

        var scalar = Scalar(field, schemas);
        return field.IsRepeated ? new JsonObject { ["type"] = "array", ["items"] = scalar } : scalar;
    }

    private static JsonObject Scalar(FieldDescriptor field, SortedDictionary<string, JsonObject> schemas) => field.FieldType switch
    {
        FieldType.Message => Reference(field.MessageType, schemas),
        FieldType.Enum => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. field.EnumType.Values.Select(value => (JsonNode)JsonValue.Create(value.Name))]) },
        FieldType.Bool => new JsonObject { ["type"] = "boolean" },
        FieldType.Double or FieldType.Float => new JsonObject { ["type"] = "number" },
        FieldType.Int32 or FieldType.UInt32 => new JsonObject { ["type"] = "integer" },
        _ => new JsonObject { ["type"] = "string" },
    };
}
