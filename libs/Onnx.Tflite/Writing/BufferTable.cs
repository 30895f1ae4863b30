using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Writing;

/// <summary>Which constants a file holds, each once, and where they stand.</summary>
internal sealed class BufferTable
{
    private const int SmallLimit = 1 << 16;

    private readonly Dictionary<object, int> _byIdentity = [];
    private readonly Dictionary<(long Length, ulong Hash), List<int>> _byContent = [];

    /// <summary>Data of each buffer; the first is empty, as the format wants.</summary>
    public List<ConstantData?> Buffers { get; } = [null];

    /// <summary>The number of the buffer with this data.</summary>
    public int Add(ConstantData data)
    {
        if (_byIdentity.TryGetValue(data.Identity, out int known))
        {
            return known;
        }

        int index = data.Length <= SmallLimit ? AddSmall(data) : Append(data);
        _byIdentity[data.Identity] = index;
        return index;
    }

    public int Append(ConstantData data)
    {
        Buffers.Add(data);
        return Buffers.Count - 1;
    }

    // Small constants that came from different places are often equal: axes, shapes, zeros.
    private int AddSmall(ConstantData data)
    {
        byte[] bytes = data.Read().ToArray();
        var key = (data.Length, Hash(bytes));
        if (!_byContent.TryGetValue(key, out var candidates))
        {
            _byContent[key] = candidates = [];
        }

        foreach (int candidate in candidates)
        {
            if (Buffers[candidate]!.Read().SequenceEqual(bytes))
            {
                return candidate;
            }
        }

        candidates.Add(Append(ConstantData.Of(bytes)));
        return candidates[^1];
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 1099511628211;
        }

        return hash;
    }
}
