using Google.Protobuf.Reflection;
using Platform.Contracts.Hub.V1;

namespace Platform.Gateway.Rest;

/// <summary>One method of the public service as an HTTP route.</summary>
/// <param name="Method">The gRPC method.</param>
/// <param name="Verb">GET, POST, PATCH or DELETE.</param>
/// <param name="Pattern">Path with fields in braces.</param>
/// <param name="Summary">One line for the OpenAPI document.</param>
internal sealed record RestRoute(MethodDescriptor Method, string Verb, string Pattern, string Summary)
{
    /// <summary>All routes, in the order of the proto.</summary>
    public static IReadOnlyList<RestRoute> All { get; } = [.. HubReflection.Descriptor.Services.Single().Methods.Select(Of)];

    public IEnumerable<string> PathFields => Pattern.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'));

    public bool HasBody => Verb is "POST" or "PATCH" or "PUT";

    private static RestRoute Of(MethodDescriptor method)
    {
        var rule = method.GetOptions().GetExtension(RestExtensions.Rest);
        string[] parts = rule.Route.Split(' ');
        return new RestRoute(method, parts[0], parts[1], rule.Summary);
    }
}
