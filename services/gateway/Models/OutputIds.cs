namespace Platform.Gateway.Models;

/// <summary>A job's output is called as the job is, under the letter of its kind: who has the one id finds the other.</summary>
internal static class OutputIds
{
    public static string ModelOf(string jobId) => $"m{jobId[1..]}";

    public static string DatasetOf(string jobId) => $"d{jobId[1..]}";

    public static string JobOf(string outputId) => outputId.Length == 0 ? outputId : $"j{outputId[1..]}";
}
