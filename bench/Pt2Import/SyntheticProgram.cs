using System.IO.Compression;
using System.Text;

namespace Pt2Import;

/// <summary>Programs of any size, in the layout of PyTorch 2.9 and newer.</summary>
internal static class SyntheticProgram
{
    /// <summary>x + 1 + 1 ... with as many nodes as asked for.</summary>
    public static byte[] Chain(int nodes)
    {
        var list = new StringBuilder();
        var values = new StringBuilder($"\"x\": {Meta(4)}");
        for (int i = 0; i < nodes; i++)
        {
            string from = i == 0 ? "x" : $"n{i - 1}";
            string op = i % 2 == 0 ? "add" : "mul";
            list.Append(i == 0 ? "" : ",").Append(
                $"{{\"target\": \"torch.ops.aten.{op}.Tensor\", \"inputs\": [{{\"name\": \"self\", \"arg\": {{\"as_tensor\": {{\"name\": \"{from}\"}}}}, \"kind\": 1}}, {{\"name\": \"other\", \"arg\": {{\"as_float\": 1.5}}, \"kind\": 1}}], "
                + $"\"outputs\": [{{\"as_tensor\": {{\"name\": \"n{i}\"}}}}], \"metadata\": {{\"nn_module_stack\": \"L__self__,,M;L__self___layer{i / 100},layer{i / 100},N\"}}, \"name\": \"n{i}\"}}");
            values.Append($", \"n{i}\": {Meta(4)}");
        }

        using var stream = new MemoryStream();
        Write(stream, Json([], $"n{nodes - 1}", list.ToString(), values.ToString()), "", 0, 0);
        return stream.ToArray();
    }

    /// <summary>x plus each of several large weights.</summary>
    public static void WriteLarge(string path, int weights, int megabytesEach)
    {
        long size = ((long)megabytesEach << 20) / sizeof(float);
        var list = new StringBuilder();
        var values = new StringBuilder($"\"x\": {Meta(size)}");
        var config = new StringBuilder();
        for (int i = 0; i < weights; i++)
        {
            string from = i == 0 ? "x" : $"n{i - 1}";
            list.Append(i == 0 ? "" : ",").Append(
                $"{{\"target\": \"torch.ops.aten.add.Tensor\", \"inputs\": [{{\"name\": \"self\", \"arg\": {{\"as_tensor\": {{\"name\": \"{from}\"}}}}, \"kind\": 1}}, {{\"name\": \"other\", \"arg\": {{\"as_tensor\": {{\"name\": \"p_w{i}\"}}}}, \"kind\": 1}}], "
                + $"\"outputs\": [{{\"as_tensor\": {{\"name\": \"n{i}\"}}}}], \"metadata\": {{}}, \"name\": \"n{i}\"}}");
            values.Append($", \"n{i}\": {Meta(size)}, \"p_w{i}\": {Meta(size)}");
            config.Append(i == 0 ? "" : ",").Append($"\"w{i}\": {{\"path_name\": \"weight_{i}\", \"is_param\": true, \"use_pickle\": false, \"tensor_meta\": {Meta(size)}}}");
        }

        using var stream = File.Create(path);
        Write(stream, Json([.. Enumerable.Range(0, weights)], $"n{weights - 1}", list.ToString(), values.ToString()), config.ToString(), weights, megabytesEach);
    }

    private static void Write(Stream stream, string json, string config, int weights, int megabytesEach)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        byte[] block = new byte[1 << 20];
        new Random(1).NextBytes(block);
        for (int i = 0; i < weights; i++)
        {
            using var entry = archive.CreateEntry($"model/data/weights/weight_{i}", CompressionLevel.NoCompression).Open();
            for (int j = 0; j < megabytesEach; j++)
            {
                entry.Write(block);
            }
        }

        Add(archive, "model/data/weights/model_weights_config.json", $"{{\"config\": {{{config}}}}}");
        Add(archive, "model/data/constants/model_constants_config.json", "{\"config\": {}}");
        Add(archive, "model/models/model.json", json);
    }

    private static void Add(ZipArchive archive, string name, string text)
    {
        using var entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(Encoding.UTF8.GetBytes(text));
    }

    private static string Json(int[] weights, string output, string nodes, string values)
    {
        string inputs = string.Concat(weights.Select(i => $"{{\"as_tensor\": {{\"name\": \"p_w{i}\"}}}}, "));
        string specs = string.Concat(weights.Select(i => $"{{\"parameter\": {{\"arg\": {{\"name\": \"p_w{i}\"}}, \"parameter_name\": \"w{i}\"}}}}, "));
        return $"{{\"graph_module\": {{\"graph\": {{\"inputs\": [{inputs}{{\"as_tensor\": {{\"name\": \"x\"}}}}], \"outputs\": [{{\"as_tensor\": {{\"name\": \"{output}\"}}}}], \"nodes\": [{nodes}], \"tensor_values\": {{{values}}}, "
            + "\"sym_int_values\": {}, \"sym_bool_values\": {}, \"is_single_tensor_return\": false, \"custom_obj_values\": {}, \"sym_float_values\": {}}, "
            + $"\"signature\": {{\"input_specs\": [{specs}{{\"user_input\": {{\"arg\": {{\"as_tensor\": {{\"name\": \"x\"}}}}}}}}], \"output_specs\": [{{\"user_output\": {{\"arg\": {{\"as_tensor\": {{\"name\": \"{output}\"}}}}}}}}]}}, "
            + "\"module_call_graph\": [], \"metadata\": {}, \"treespec_namedtuple_fields\": {}}, \"opset_version\": {\"aten\": 10}, \"range_constraints\": {}, \"schema_version\": {\"major\": 8, \"minor\": 20}, \"verifiers\": [\"TRAINING\"], \"torch_version\": \"2.14.1\", \"guards_code\": []}";
    }

    private static string Meta(long size) =>
        $"{{\"dtype\": 7, \"sizes\": [{{\"as_int\": {size}}}], \"requires_grad\": false, \"device\": {{\"type\": \"cpu\", \"index\": null}}, \"strides\": [{{\"as_int\": 1}}], \"storage_offset\": {{\"as_int\": 0}}, \"layout\": 7}}";
}
