using Google.Protobuf;
using Google.Protobuf.Reflection;
using Platform.Gateway.Rest;

namespace Platform.Gateway.Audit;

/// <summary>Which methods change something, and what a message is about: read from the protos, so that no new method is forgotten.</summary>
internal static class AuditTargets
{
    // These are sent like changes because their requests are large, but change nothing.
    private static readonly HashSet<string> s_harmless = ["PlanCompile"];

    // A job holds the call that made it, and the reconciler writes the line from there: one write before the answer in place of three.
    private static readonly HashSet<string> s_heldByJobs = [nameof(HubGrpcService.SubmitJob), nameof(HubGrpcService.CloneJob)];

    private static readonly Dictionary<string, RestRoute> s_changing =
        RestRoute.All.Where(route => route.Verb != "GET" && !s_harmless.Contains(route.Method.Name)).ToDictionary(route => route.Method.InputType.FullName, StringComparer.Ordinal);

    /// <summary>The route of a request that may change something; null for one that only reads.</summary>
    public static RestRoute? ChangeBy(IMessage request) => s_changing.GetValueOrDefault(request.Descriptor.FullName);

    /// <summary>Whether what a method makes brings its line with it, so that only a refusal has to be written down here.</summary>
    public static bool IsHeldByJob(RestRoute route) => s_heldByJobs.Contains(route.Method.Name);

    /// <summary>Id of what a request is about: what its path names, else the first id in it.</summary>
    public static string Of(RestRoute route, IMessage request) =>
        route.PathFields.Select(name => (string)request.Descriptor.FindFieldByName(name).Accessor.GetValue(request)).FirstOrDefault() ?? FirstId(request);

    /// <summary>The first id in a message, or in a message that it holds; empty when there is none.</summary>
    public static string FirstId(IMessage message)
    {
        var fields = message.Descriptor.Fields.InDeclarationOrder().Where(field => !field.IsRepeated).ToList();
        string own = fields.Where(field => field.FieldType == FieldType.String && (field.Name == "id" || field.Name.EndsWith("_id", StringComparison.Ordinal)))
            .Select(field => (string)field.Accessor.GetValue(message)).FirstOrDefault(id => id.Length > 0) ?? "";
        return own.Length > 0
            ? own
            : fields.Where(field => field.FieldType == FieldType.Message).Select(field => field.Accessor.GetValue(message)).OfType<IMessage>().Select(FirstId).FirstOrDefault(id => id.Length > 0) ?? "";
    }
}
