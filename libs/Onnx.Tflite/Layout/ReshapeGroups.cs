using Onnx.Model.Analysis;

namespace Onnx.Tflite.Layout;

/// <summary>The axes of two shapes of the same elements, cut into the smallest groups that hold equally many elements.</summary>
internal sealed class ReshapeGroups
{
    private readonly SymInt[] _from;
    private readonly SymInt[] _to;
    private readonly int[] _fromGroup;
    private readonly int[] _toGroup;

    private ReshapeGroups(SymInt[] from, SymInt[] to)
    {
        (_from, _to) = (from, to);
        _fromGroup = new int[from.Length];
        _toGroup = new int[to.Length];
        Cut();
    }

    public static ReshapeGroups Of(SymInt[] from, SymInt[] to) => new(from, to);

    /// <summary>The order in which the second shape is stored when the first is stored in the given one, the data being the same; null where there is none.</summary>
    public int[]? Carry(int[] order)
    {
        if (StoredOrder.IsIdentity(order))
        {
            return StoredOrder.Identity(_to.Length);
        }

        var groups = new List<int>();
        int last = -1;
        foreach (int axis in order.Where(axis => _from[axis] != 1))
        {
            int group = _fromGroup[axis];
            if (groups.Count > 0 && groups[^1] == group ? axis < last : groups.Contains(group))
            {
                return null;
            }

            if (groups.Count == 0 || groups[^1] != group)
            {
                // A group may begin only with its first axis that has a size.
                if (Array.FindIndex(_from, 0, axis, dim => dim != 1) is var first && first >= 0 && Enumerable.Range(0, axis).Any(a => _from[a] != 1 && _fromGroup[a] == group))
                {
                    return null;
                }

                groups.Add(group);
            }

            last = axis;
        }

        return Place(groups);
    }

    private int[] Place(List<int> groups)
    {
        var result = new List<int>();
        foreach (int group in groups)
        {
            result.AddRange(Enumerable.Range(0, _to.Length).Where(axis => _to[axis] != 1 && _toGroup[axis] == group));
        }

        for (int axis = 0; axis < _to.Length; axis++)
        {
            if (_to[axis] == 1)
            {
                result.Insert(axis == 0 ? 0 : result.IndexOf(axis - 1) + 1, axis);
            }
        }

        return [.. result];
    }

    private void Cut()
    {
        int i = 0, j = 0, group = 0;
        while (i < _from.Length || j < _to.Length)
        {
            SymInt left = 1, right = 1;
            do
            {
                bool takeLeft = i < _from.Length && (j == _to.Length || left == right || IsSmaller(left, right));
                if (takeLeft)
                {
                    _fromGroup[i] = group;
                    left *= _from[i++];
                }
                else
                {
                    _toGroup[j] = group;
                    right *= _to[j++];
                }
            }
            while (left != right && (i < _from.Length || j < _to.Length));
            group++;
        }
    }

    private static bool IsSmaller(SymInt left, SymInt right) =>
        left.IsKnown && right.IsKnown ? left.Value < right.Value : SymbolicSize(left) < SymbolicSize(right);

    // Open products are ordered by how many factors they have, then by coefficient: enough to walk both shapes in step.
    private static long SymbolicSize(SymInt value) => value.Terms.Sum(term => (1L << 40) * term.Atoms.Length + term.Coefficient);
}
