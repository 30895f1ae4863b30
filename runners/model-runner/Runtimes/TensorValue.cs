namespace Runner.Model.Runtimes;

/// <summary>One tensor: name, numpy type name, dimensions, little-endian row-major bytes.</summary>
internal sealed record TensorValue(string Name, string Dtype, long[] Dims, ReadOnlyMemory<byte> Data);
