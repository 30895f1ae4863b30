namespace Onnx.Tflite.Layout;

/// <summary>Smallest cut between two nodes of a network (Dinic's algorithm).</summary>
internal sealed class MaxFlow(int nodes)
{
    public const long Infinite = long.MaxValue / 4;

    private readonly List<int> _target = [];
    private readonly List<long> _capacity = [];
    private readonly List<int> _next = [];
    private readonly List<int> _first = [.. Enumerable.Repeat(-1, nodes)];
    private readonly List<int> _path = [];
    private int[] _level = [];
    private int[] _arc = [];

    public int AddNode()
    {
        _first.Add(-1);
        return _first.Count - 1;
    }

    public void AddEdge(int from, int to, long capacity)
    {
        Add(from, to, capacity);
        Add(to, from, 0);
    }

    /// <summary>For each node, whether it lies on the source's side of the smallest cut.</summary>
    public bool[] SourceSide(int source, int sink)
    {
        while (FindLevels(source, sink))
        {
            _arc = [.. _first];
            while (Push(source, sink) > 0)
            {
                // Each call saturates one path.
            }
        }

        return Array.ConvertAll(_level, level => level >= 0);
    }

    private void Add(int from, int to, long capacity)
    {
        _target.Add(to);
        _capacity.Add(capacity);
        _next.Add(_first[from]);
        _first[from] = _target.Count - 1;
    }

    private bool FindLevels(int source, int sink)
    {
        _level = new int[_first.Count];
        Array.Fill(_level, -1);
        _level[source] = 0;
        var queue = new Queue<int>([source]);
        while (queue.TryDequeue(out int node))
        {
            for (int edge = _first[node]; edge >= 0; edge = _next[edge])
            {
                if (_capacity[edge] > 0 && _level[_target[edge]] < 0)
                {
                    _level[_target[edge]] = _level[node] + 1;
                    queue.Enqueue(_target[edge]);
                }
            }
        }

        return _level[sink] >= 0;
    }

    // One augmenting path, found without recursion: graphs are deeper than a thread's stack.
    private long Push(int source, int sink)
    {
        var path = _path;
        path.Clear();
        int node = source;
        while (node != sink)
        {
            int edge = _arc[node];
            while (edge >= 0 && (_capacity[edge] == 0 || _level[_target[edge]] != _level[node] + 1))
            {
                edge = _next[edge];
            }

            _arc[node] = edge;
            if (edge >= 0)
            {
                path.Add(edge);
                node = _target[edge];
                continue;
            }

            if (node == source)
            {
                return 0;
            }

            // A dead end: step back and never come here again in this phase.
            _level[node] = -2;
            int last = path[^1];
            path.RemoveAt(path.Count - 1);
            node = _target[last ^ 1];
        }

        long flow = Infinite;
        foreach (int edge in path)
        {
            flow = Math.Min(flow, _capacity[edge]);
        }

        foreach (int edge in path)
        {
            _capacity[edge] -= flow;
            _capacity[edge ^ 1] += flow;
        }

        return flow;
    }
}
