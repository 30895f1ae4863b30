using System.Globalization;

namespace Platform.Sandbox.Limits;

/// <summary>Looks at a process and all its descendants through /proc: for hosts where no control group can be made.</summary>
internal static class ProcessTree
{
    /// <summary>Resident bytes of the whole tree.</summary>
    public static long ResidentBytes(int root) => Members(root).Sum(member => member.ResidentBytes);

    /// <summary>Descendants of a process, without itself.</summary>
    public static IReadOnlyList<int> Descendants(int root) => [.. Members(root).Select(member => member.Id).Where(id => id != root)];

    private static List<(int Id, long ResidentBytes)> Members(int root)
    {
        var children = new Dictionary<int, List<int>>();
        var resident = new Dictionary<int, long>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && TryRead(folder, out int parent, out long bytes))
            {
                resident[id] = bytes;
                (children.TryGetValue(parent, out var list) ? list : children[parent] = []).Add(id);
            }
        }

        var members = new List<(int, long)>();
        var open = new Stack<int>([root]);
        while (open.TryPop(out int id))
        {
            members.Add((id, resident.GetValueOrDefault(id)));
            foreach (int child in children.GetValueOrDefault(id) ?? [])
            {
                open.Push(child);
            }
        }

        return members;
    }

    private static bool TryRead(string folder, out int parent, out long resident)
    {
        parent = 0;
        resident = 0;
        try
        {
            // The name stands in parentheses and may hold anything, so the fields are counted from the last one.
            string stat = File.ReadAllText(Path.Combine(folder, "stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            parent = int.Parse(fields[1], CultureInfo.InvariantCulture);
            resident = long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
