using System.Collections.Concurrent;
using Platform.Contracts.Hub.V1;

namespace Platform.Gateway.Jobs;

/// <summary>Reads the specs of stored jobs. They never change, are asked for at every step of a job, and are alike in many jobs: the last ones read are remembered.</summary>
internal static class JobSpecs
{
    private const int Most = 512;
    private const int LongestText = 8192;

    private static readonly ConcurrentDictionary<string, JobSpec> s_known = new(StringComparer.Ordinal);

    /// <summary>The spec; a message of the caller's own.</summary>
    public static JobSpec Of(Job job)
    {
        if (s_known.TryGetValue(job.Spec, out var known))
        {
            return known.Clone();
        }

        var spec = ProtoJson.Parse<JobSpec>(job.Spec);
        if (s_known.Count >= Most)
        {
            s_known.Clear();
        }

        if (job.Spec.Length <= LongestText)
        {
            s_known[job.Spec] = spec.Clone();
        }

        return spec;
    }
}
