using System.Globalization;

namespace Platform.Sandbox.Limits;

/// <summary>
/// A control group that bounds a whole process tree's memory and number of processes: version 2 where it is mounted with
/// its controllers, else version 1. Absent where this process may not make one.
/// </summary>
internal sealed class ControlGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";
    private const string Parent = "hub";

    private readonly string _memory;
    private readonly string _pids;
    private readonly bool _version2;

    private ControlGroup(string memory, string pids, bool version2)
    {
        _memory = memory;
        _pids = pids;
        _version2 = version2;
    }

    /// <summary>
    /// Files into which a process of one thread writes 0 to join. Version 1 takes threads one by one (<c>tasks</c>), for which the
    /// kernel need not hold up all others: moving a whole process waits for a grace period, some ten milliseconds on an idle machine.
    /// </summary>
    public IEnumerable<string> JoinFiles => new[] { _memory, _pids }.Distinct().Select(folder => Path.Combine(folder, _version2 ? "cgroup.procs" : "tasks"));

    /// <summary>Whether the kernel killed something here for lack of memory.</summary>
    public bool RanOutOfMemory => _version2
        ? Counter(Path.Combine(_memory, "memory.events"), "oom_kill") > 0
        : Counter(Path.Combine(_memory, "memory.oom_control"), "oom_kill") > 0;

    /// <summary>Most bytes at once; 0 where the kernel does not say.</summary>
    public long PeakBytes => Number(Path.Combine(_memory, _version2 ? "memory.peak" : "memory.max_usage_in_bytes"));

    /// <summary>Makes a group; null where this process may not.</summary>
    public static ControlGroup? TryCreate(string name, SandboxLimits limits)
    {
        bool version2 = File.Exists(Path.Combine(Root, "cgroup.controllers"));
        string memory = version2 ? Path.Combine(Root, Parent, name) : Path.Combine(Root, "memory", Parent, name);
        string pids = version2 ? memory : Path.Combine(Root, "pids", Parent, name);
        try
        {
            if (version2)
            {
                Directory.CreateDirectory(Path.Combine(Root, Parent));
                File.WriteAllText(Path.Combine(Root, Parent, "cgroup.subtree_control"), "+memory +pids");
            }

            Directory.CreateDirectory(memory);
            Directory.CreateDirectory(pids);
            var group = new ControlGroup(memory, pids, version2);
            group.Limit(limits);
            return group;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Kills whatever is still in the group; how many processes that were.</summary>
    public int KillAll()
    {
        string[] members = ReadLines(Path.Combine(_pids, "cgroup.procs"));
        foreach (string line in members)
        {
            Signals.Kill(int.Parse(line, CultureInfo.InvariantCulture));
        }

        return members.Length;
    }

    public void Dispose()
    {
        foreach (string folder in new[] { _memory, _pids }.Distinct())
        {
            try
            {
                // rmdir: the files of a control group cannot be deleted and go with it.
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                // A process is still dying in it; the next start of the host removes what is left.
                continue;
            }
        }
    }

    /// <summary>Removes groups that an earlier process of this host left behind.</summary>
    public static void RemoveLeftovers()
    {
        foreach (string parent in new[] { Path.Combine(Root, Parent), Path.Combine(Root, "memory", Parent), Path.Combine(Root, "pids", Parent) }.Where(Directory.Exists))
        {
            foreach (string folder in Directory.EnumerateDirectories(parent))
            {
                new ControlGroup(folder, folder, version2: true).Dispose();
            }
        }
    }

    private void Limit(SandboxLimits limits)
    {
        string memory = limits.MemoryBytes.ToString(CultureInfo.InvariantCulture);
        if (_version2)
        {
            Write(_memory, "memory.max", memory);
            TryWrite(_memory, "memory.swap.max", "0");
            TryWrite(_memory, "memory.oom.group", "1");
        }
        else
        {
            Write(_memory, "memory.limit_in_bytes", memory);
            TryWrite(_memory, "memory.memsw.limit_in_bytes", memory);
        }

        Write(_pids, "pids.max", limits.Processes.ToString(CultureInfo.InvariantCulture));
    }

    private static void Write(string folder, string file, string text) => File.WriteAllText(Path.Combine(folder, file), text);

    private static void TryWrite(string folder, string file, string text)
    {
        if (File.Exists(Path.Combine(folder, file)))
        {
            Write(folder, file, text);
        }
    }

    private static long Number(string path) => ReadLines(path) is [var first, ..] && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private static long Counter(string path, string name)
    {
        string? line = Array.Find(ReadLines(path), candidate => candidate.StartsWith(name + " ", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
