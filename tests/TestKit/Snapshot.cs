namespace TestKit;

/// <summary>Text that outlives a release: kept in a file beside the tests, changed only on purpose.</summary>
public static class Snapshot
{
    /// <summary>Compares with the checked-in file; with HUB_UPDATE_SNAPSHOTS=1 it rewrites the file instead.</summary>
    public static void Match(string actual, params string[] path)
    {
        string file = RepositoryRoot.Combine(path);
        if (Environment.GetEnvironmentVariable("HUB_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(file, actual);
            return;
        }

        string expected = File.Exists(file) ? File.ReadAllText(file) : "";
        if (expected != actual)
        {
            Assert.Fail($"{string.Join('/', path)} differs from what the code says now; look at the difference, and if it is meant, run the test with HUB_UPDATE_SNAPSHOTS=1.\n{FirstDifference(expected, actual)}");
        }
    }

    private static string FirstDifference(string expected, string actual)
    {
        string[] before = expected.Split('\n');
        string[] after = actual.Split('\n');
        int line = 0;
        while (line < before.Length && line < after.Length && before[line] == after[line])
        {
            line++;
        }

        return $"line {line + 1}\n- {before.ElementAtOrDefault(line)}\n+ {after.ElementAtOrDefault(line)}";
    }
}
