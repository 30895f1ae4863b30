using System.Numerics;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>A set of small numbers, as bits.</summary>
internal sealed class IndexSet
{
    private ulong[] _words = [];

    public bool Contains(int index) => index >> 6 < _words.Length && (_words[index >> 6] >> index & 1) != 0;

    public void Set(int index, bool member)
    {
        if (index >> 6 >= _words.Length)
        {
            Array.Resize(ref _words, (index >> 6) + 4);
        }

        ulong bit = 1UL << index;
        _words[index >> 6] = member ? _words[index >> 6] | bit : _words[index >> 6] & ~bit;
    }

    public bool Meets(IndexSet other) => Next(other, 0) >= 0;

    /// <summary>The first number from <paramref name="from"/> on that is in both; -1 when there is none.</summary>
    public int Next(IndexSet other, int from)
    {
        int words = Math.Min(_words.Length, other._words.Length);
        for (int word = from >> 6; word < words; word++)
        {
            ulong common = _words[word] & other._words[word];
            common = word == from >> 6 ? common >> from << from : common;
            if (common != 0)
            {
                return (word << 6) + BitOperations.TrailingZeroCount(common);
            }
        }

        return -1;
    }
}
