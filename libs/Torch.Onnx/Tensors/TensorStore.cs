using Torch.Onnx.Archive;
using Torch.Onnx.Pickle;
using Torch.Onnx.Program;
using Torch.Onnx.ProgramJson;

namespace Torch.Onnx.Tensors;

/// <summary>A program's parameters, buffers and constants by name. Reading the directory touches no weight.</summary>
internal sealed class TensorStore
{
    private readonly ProgramArchive _archive;
    private readonly Dictionary<string, Lazy<StoredTensor>> _weights;
    private readonly Dictionary<string, Lazy<StoredTensor>> _constants;

    public TensorStore(ProgramArchive archive, ProgramLayout layout)
    {
        _archive = archive;
        _weights = Load(layout.WeightsEntry, layout.WeightsFolder);
        _constants = Load(layout.ConstantsEntry, layout.ConstantsFolder);
    }

    /// <summary>The tensor of a parameter, buffer or constant: looked for among the weights, then among the constants.</summary>
    public StoredTensor Find(string name)
    {
        if (_weights.TryGetValue(name, out var weight))
        {
            return weight.Value;
        }

        return _constants.TryGetValue(name, out var constant)
            ? constant.Value
            : throw new ExportedProgramException(ExportedProgramError.TensorMissing, $"the file holds no tensor {name}, which the program uses");
    }

    private Dictionary<string, Lazy<StoredTensor>> Load(string? entry, string? folder) =>
        entry is null ? [] : folder is null ? LoadSaved(entry) : LoadRaw(entry, folder);

    private Dictionary<string, Lazy<StoredTensor>> LoadRaw(string entry, string folder)
    {
        var tensors = new Dictionary<string, Lazy<StoredTensor>>(StringComparer.Ordinal);
        foreach (var (name, config) in WeightsConfigReader.Read(_archive.ReadVerified(entry)))
        {
            tensors[name] = new Lazy<StoredTensor>(() => FromConfig(name, config, folder));
        }

        return tensors;
    }

    private StoredTensor FromConfig(string name, WeightConfig config, string folder)
    {
        if (config.UsesPickle || config.Meta is not { } meta)
        {
            throw new ExportedProgramException(
                ExportedProgramError.TensorSubclass, $"{name} is saved as a pickled object, not as plain numbers: unwrap tensor subclasses and script objects before export");
        }

        if (meta.Layout != TensorMeta.StridedLayout)
        {
            throw new ExportedProgramException(ExportedProgramError.TensorSubclass, $"{name} is a sparse tensor: make it dense before export");
        }

        return StoredTensor.Create(
            name, _archive.Read(folder + config.PathName), folder + config.PathName, meta.Type, Static(name, meta.Sizes), Static(name, meta.Strides), Static(name, [meta.StorageOffset])[0]);
    }

    private static long[] Static(string name, SymInt[] sizes) => Array.ConvertAll(sizes, size => size.IsStatic
        ? size.Value
        : throw new ExportedProgramException(ExportedProgramError.MalformedProgram, $"the stored tensor {name} has a symbolic size"));

    private Dictionary<string, Lazy<StoredTensor>> LoadSaved(string entry)
    {
        var nested = _archive.OpenNested(entry);
        string root = nested.Names.Count == 0 ? "" : nested.Names[0].Split('/')[0];
        var tensors = new Dictionary<string, Lazy<StoredTensor>>(StringComparer.Ordinal);
        if (new PickleMachine(nested.ReadVerified($"{root}/data.pkl")).Run() is not PickledDictionary dictionary)
        {
            throw new ExportedProgramException(ExportedProgramError.MalformedPickle, $"{entry} holds no dictionary of tensors");
        }

        foreach (var (name, value) in dictionary.Items)
        {
            tensors[name] = new Lazy<StoredTensor>(() => FromPickle(name, value, nested, root, entry));
        }

        return tensors;
    }

    private static StoredTensor FromPickle(string name, object? value, ProgramArchive nested, string root, string entry)
    {
        if (value is not PickledTensor tensor)
        {
            throw new ExportedProgramException(ExportedProgramError.TensorSubclass, $"{name} is no tensor");
        }

        string storage = $"{root}/data/{tensor.StorageKey}";
        return StoredTensor.Create(name, nested.Read(storage), $"{entry}/{storage}", tensor.Type, tensor.Sizes, tensor.Strides, tensor.Offset);
    }
}
