using System.Globalization;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.Stages;

/// <summary>Writes what a model gives: one file an output, sample after sample.</summary>
internal sealed class OutputFiles(string folder, IReadOnlyList<TensorSpec> specs, bool dequantize) : IDisposable
{
    private readonly FileStream[] _streams = [.. specs.Select((_, i) => File.Create(Path.Combine(folder, $"output_{i.ToString(CultureInfo.InvariantCulture)}.bin")))];
    private readonly List<long[]>[] _shapes = [.. specs.Select(_ => new List<long[]>())];
    private readonly string[] _dtypes = [.. specs.Select(spec => spec.Dtype)];

    public void Add(IReadOnlyList<TensorValue> outputs)
    {
        for (int i = 0; i < outputs.Count; i++)
        {
            var value = dequantize ? Dequantization.Apply(outputs[i], specs[i]) : outputs[i];
            _dtypes[i] = value.Dtype;
            _shapes[i].Add(value.Dims);
            _streams[i].Write(value.Data.Span);
        }
    }

    public IReadOnlyList<TensorFile> Finish()
    {
        var files = new List<TensorFile>();
        for (int i = 0; i < _streams.Length; i++)
        {
            _streams[i].Flush();
            var first = _shapes[i].FirstOrDefault() ?? [];
            var file = new TensorFile
            {
                Spec = new TensorSpec { Name = specs[i].Name, Dtype = _dtypes[i], Shape = { first } },
                Path = _streams[i].Name,
                Samples = _shapes[i].Count,
            };
            if (_shapes[i].Exists(shape => !shape.AsSpan().SequenceEqual(first)))
            {
                file.Shapes.AddRange(_shapes[i].Select(shape => new TensorShape { Dims = { shape } }));
            }

            files.Add(file);
        }

        return files;
    }

    public void Dispose()
    {
        foreach (var stream in _streams)
        {
            stream.Dispose();
        }
    }
}
