namespace Onnx.Tflite.Building;

/// <summary>Names of tensors that no ONNX value stands behind; they never clash with names of the source.</summary>
internal sealed class NameSource
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _claimed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);

    /// <summary>Sets a name of the source aside.</summary>
    public void Reserve(string name) => _taken.Add(name);

    /// <summary>Whether a tensor may take the name of an ONNX value: each value's name goes to one tensor, and a tensor keeps the first.</summary>
    public bool TryClaim(Ir.Tensor tensor, string name) => tensor.Name != name && tensor.Name.Contains(';', StringComparison.Ordinal) && _claimed.Add(name) && Claim(name);

    public string Fresh(string stem)
    {
        int number = _next.GetValueOrDefault(stem);
        string name;
        do
        {
            name = $"{stem};{number++}";
        }
        while (!_taken.Add(name));
        _next[stem] = number;
        return name;
    }

    private bool Claim(string name)
    {
        _taken.Add(name);
        return true;
    }
}
