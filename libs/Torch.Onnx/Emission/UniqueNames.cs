using System.Globalization;

namespace Torch.Onnx.Emission;

/// <summary>Gives each thing a name of its own; ONNX wants value names unique over all graphs of a model.</summary>
internal sealed class UniqueNames
{
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);

    /// <summary>Makes room for so many names at once.</summary>
    public void Reserve(int count) => _taken.EnsureCapacity(count);

    /// <summary>The wished name, or that name with a number.</summary>
    public string Take(string wish)
    {
        if (_taken.TryAdd(wish, 0))
        {
            return wish;
        }

        while (true)
        {
            string candidate = string.Create(CultureInfo.InvariantCulture, $"{wish}_{++_taken[wish]}");
            if (_taken.TryAdd(candidate, 0))
            {
                return candidate;
            }
        }
    }
}
