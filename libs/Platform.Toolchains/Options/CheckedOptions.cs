namespace Platform.Toolchains.Options;

/// <summary>Options after defaults, so that whoever carries a job out needs no option table.</summary>
public static class CheckedOptions
{
    /// <summary>Every option of the job types that has a value, by name.</summary>
    /// <param name="text">The option string, which has been checked.</param>
    /// <param name="jobs">The job type.</param>
    public static IReadOnlyDictionary<string, string> Of(string text, JobKinds jobs)
    {
        var options = OptionParser.Parse(text, new Dictionary<string, string>(), jobs, []);
        return OptionTable.All
            .Where(row => (row.Jobs & jobs) != 0 && options.Text(row.Name) is not null)
            .ToDictionary(row => row.Name, row => options.Text(row.Name)!, StringComparer.Ordinal);
    }
}
