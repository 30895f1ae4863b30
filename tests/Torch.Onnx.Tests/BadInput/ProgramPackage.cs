using System.IO.Compression;
using System.Text;

namespace Torch.Onnx.Tests.BadInput;

/// <summary>Writes .pt2 files piece by piece, so that each piece can be wrong.</summary>
internal sealed class ProgramPackage
{
    /// <summary>relu(x + w), with a weight w of two floats.</summary>
    public const string Nodes = """
        {"target": "torch.ops.aten.add.Tensor", "inputs": [{"name": "self", "arg": {"as_tensor": {"name": "x"}}, "kind": 1}, {"name": "other", "arg": {"as_tensor": {"name": "p_w"}}, "kind": 1}], "outputs": [{"as_tensor": {"name": "add"}}], "metadata": {"stack_trace": "File \"/home/somebody/secret/model.py\", line 3", "nn_module_stack": "L__self__,,M;L__self___inner,inner,N"}, "name": "add"},
        {"target": "torch.ops.aten.relu.default", "inputs": [{"name": "self", "arg": {"as_tensor": {"name": "add"}}, "kind": 1}], "outputs": [{"as_tensor": {"name": "relu"}}], "metadata": {}, "name": "relu"}
        """;

    public const string Meta = """{"dtype": 7, "sizes": [{"as_int": 2}], "requires_grad": false, "device": {"type": "cpu", "index": null}, "strides": [{"as_int": 1}], "storage_offset": {"as_int": 0}, "layout": 7}""";

    private readonly List<(string Name, byte[] Bytes, bool Deflate)> _entries = [];

    private const string Values = $$"""{"x": {{Meta}}, "p_w": {{Meta}}, "add": {{Meta}}, "relu": {{Meta}} }""";

    /// <summary>A whole program, of which a test replaces what it wants to be wrong.</summary>
    public static ProgramPackage Valid(string? program = null, string? weights = null, byte[]? data = null) => new ProgramPackage()
        .Add("model/data/weights/weight_0", data ?? new byte[8])
        .Add("model/data/weights/model_weights_config.json", weights ?? Weights(Meta))
        .Add("model/data/constants/model_constants_config.json", """{"config": {}}""")
        .Add("model/models/model.json", program ?? Json())
        .Add("model/archive_format", "pt2").Add("model/archive_version", "0").Add("model/byteorder", "little");

    public static string Weights(string meta, string more = "") => $$"""{"config": {"w": {"path_name": "weight_0", "is_param": true, "use_pickle": false, "tensor_meta": {{meta}} } {{more}} } }""";

    public static string Json(string? nodes = null, string? values = null, int major = 8, string output = "relu") => $$$$"""
        {"graph_module": {"graph": {"inputs": [{"as_tensor": {"name": "p_w"}}, {"as_tensor": {"name": "x"}}], "outputs": [{"as_tensor": {"name": "{{{{output}}}}" } }], "nodes": [{{{{nodes ?? Nodes}}}}],
        "tensor_values": {{{{values ?? Values}}}}, "sym_int_values": {}, "sym_bool_values": {}, "is_single_tensor_return": false, "custom_obj_values": {}, "sym_float_values": {}},
        "signature": {"input_specs": [{"parameter": {"arg": {"name": "p_w"}, "parameter_name": "w"}}, {"user_input": {"arg": {"as_tensor": {"name": "x"} }}}], "output_specs": [{"user_output": {"arg": {"as_tensor": {"name": "{{{{output}}}}" } } } }]},
        "module_call_graph": [], "metadata": {}, "treespec_namedtuple_fields": {}}, "opset_version": {"aten": 10}, "range_constraints": {}, "schema_version": {"major": {{{{major}}}}, "minor": 20 }, "verifiers": ["TRAINING"], "torch_version": "2.14.1", "guards_code": []}
        """;

    public ProgramPackage Add(string name, string text, bool deflate = false) => Add(name, Encoding.UTF8.GetBytes(text), deflate);

    public ProgramPackage Add(string name, byte[] bytes, bool deflate = false)
    {
        _entries.Add((name, bytes, deflate));
        return this;
    }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes, deflate) in _entries)
            {
                using var entry = archive.CreateEntry(name, deflate ? CompressionLevel.Fastest : CompressionLevel.NoCompression).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    /// <summary>The file with some bytes of every record of a kind replaced.</summary>
    public static byte[] Patch(byte[] file, string signature, int offset, params byte[] replacement)
    {
        byte[] patched = [.. file];
        byte[] pattern = [.. Encoding.Latin1.GetBytes(signature)];
        for (int i = 0; i <= file.Length - pattern.Length; i++)
        {
            if (file.AsSpan(i, pattern.Length).SequenceEqual(pattern))
            {
                replacement.CopyTo(patched.AsSpan(i + offset));
            }
        }

        return patched;
    }
}
