using System.Text;
using static Torch.Onnx.Tests.BadInput.ProgramPackage;

namespace Torch.Onnx.Tests.BadInput;

/// <summary>Programs whose JSON or tensors are broken or hostile.</summary>
public sealed class BadProgramTests
{
    private static readonly Dictionary<string, (ExportedProgramError Error, Func<ProgramPackage> Make)> s_cases = new(StringComparer.Ordinal)
    {
        ["major version 9"] = (ExportedProgramError.UnknownSchemaVersion, () => Valid(Json(major: 9))),
        ["no JSON"] = (ExportedProgramError.MalformedJson, () => Valid("nonsense")),
        ["JSON cut short"] = (ExportedProgramError.MalformedJson, () => Valid(Json()[..400])),
        ["empty JSON"] = (ExportedProgramError.MalformedJson, () => Valid(" ")),
        ["another JSON"] = (ExportedProgramError.UnknownSchemaVersion, () => Valid("{}")),
        ["a list instead of an object"] = (ExportedProgramError.MalformedProgram, () => Valid("[]")),
        ["10,000 levels of lists"] = (ExportedProgramError.TooDeep, () => Valid($$"""{"guards_code": {{new string('[', 10_000)}}{{new string(']', 10_000)}} }""")),
        ["10,000 levels of subgraphs"] = (ExportedProgramError.TooDeep, () => Valid(Json(Deep(10_000)))),
        ["a million nodes and one"] = (ExportedProgramError.ProgramTooLarge, () => Valid(Json(Many(1_000_001)))),
        ["a name that nothing defines"] = (ExportedProgramError.UndefinedName, () => Valid(Json(Nodes.Replace("\"name\": \"p_w\"", "\"name\": \"nowhere\"", StringComparison.Ordinal)))),
        ["a cycle"] = (ExportedProgramError.UndefinedName, () => Valid(Json(Nodes.Replace("\"name\": \"p_w\"", "\"name\": \"relu\"", StringComparison.Ordinal)))),
        ["an output that nothing defines"] = (ExportedProgramError.UndefinedName, () => Valid(Json(output: "nowhere"))),
        ["a name defined twice"] = (ExportedProgramError.DuplicateName, () => Valid(Json(Nodes.Replace("\"name\": \"relu\"", "\"name\": \"add\"", StringComparison.Ordinal)))),
        ["a tensor without a record"] = (ExportedProgramError.MalformedProgram, () => Valid(Json(values: $$"""{"x": {{Meta}}, "p_w": {{Meta}}, "add": {{Meta}} }"""))),
        ["sizes that are text"] = (ExportedProgramError.MalformedProgram, () => Valid(Json().Replace("{\"as_int\": 2}", "\"two\"", StringComparison.Ordinal))),
        ["a storage shorter than its tensor"] = (ExportedProgramError.TensorOutOfRange, () => Valid(data: new byte[7])),
        ["an offset beyond the storage"] = (ExportedProgramError.TensorOutOfRange, () => Stored(Meta.Replace("\"storage_offset\": {\"as_int\": 0}", "\"storage_offset\": {\"as_int\": 1}", StringComparison.Ordinal))),
        ["a negative offset"] = (ExportedProgramError.TensorOutOfRange, () => Stored(Meta.Replace("\"storage_offset\": {\"as_int\": 0}", "\"storage_offset\": {\"as_int\": -1}", StringComparison.Ordinal))),
        ["a stride beyond the storage"] = (ExportedProgramError.TensorOutOfRange, () => Stored(Meta.Replace("\"strides\": [{\"as_int\": 1}]", "\"strides\": [{\"as_int\": 9}]", StringComparison.Ordinal))),
        ["a stride that overflows"] = (ExportedProgramError.TensorOutOfRange, () => Stored(Meta.Replace("\"strides\": [{\"as_int\": 1}]", "\"strides\": [{\"as_int\": 9223372036854775807}]", StringComparison.Ordinal))),
        ["a negative stride"] = (ExportedProgramError.MalformedProgram, () => Stored(Meta.Replace("\"strides\": [{\"as_int\": 1}]", "\"strides\": [{\"as_int\": -1}]", StringComparison.Ordinal))),
        ["windows that make gigabytes of a few bytes"] = (ExportedProgramError.TensorOutOfRange, Windows),
        ["a weight without its file"] = (ExportedProgramError.TensorMissing, () => Valid(weights: Weights(Meta).Replace("weight_0", "weight_1", StringComparison.Ordinal))),
        ["a weight without its entry"] = (ExportedProgramError.TensorMissing, () => Valid(weights: """{"config": {}}""")),
        ["a pickled weight"] = (ExportedProgramError.TensorSubclass, () => Valid(weights: Weights(Meta).Replace("\"use_pickle\": false", "\"use_pickle\": true", StringComparison.Ordinal))),
        ["a weight of another size than recorded"] = (ExportedProgramError.MalformedProgram, () => Valid(weights: Weights(Meta.Replace("\"sizes\": [{\"as_int\": 2}]", "\"sizes\": [{\"as_int\": 1}]", StringComparison.Ordinal)))),
        ["an unknown element type"] = (ExportedProgramError.MalformedProgram, () => Valid(weights: Weights(Meta.Replace("\"dtype\": 7", "\"dtype\": 77", StringComparison.Ordinal)))),
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Import_BadProgram_IsRefusedWithItsCode(string name)
    {
        var (error, make) = s_cases[name];
        byte[] file = make().ToBytes();
        var problem = Assert.Throws<ExportedProgramException>(() =>
        {
            using var opened = ExportedProgramFile.Read(file);
            TorchImporter.Import(opened, null, TestContext.Current.CancellationToken);
        });
        Assert.Equal(error, problem.Error);
    }

    private static ProgramPackage Stored(string meta) => Valid(weights: Weights(meta));

    private static ProgramPackage Windows()
    {
        const string Huge = """{"dtype": 7, "sizes": [{"as_int": 1000000}, {"as_int": 1000}], "requires_grad": false, "device": {"type": "cpu", "index": null}, "strides": [{"as_int": 1}, {"as_int": 1}], "storage_offset": {"as_int": 0}, "layout": 7}""";
        string values = $$"""{"x": {{Meta}}, "p_w": {{Huge}}, "add": {{Huge}}, "relu": {{Huge}} }""";
        return Valid(Json(values: values), Weights(Huge), new byte[1_001_000 * sizeof(float)]);
    }

    private static string Many(int count)
    {
        const string Node = """{"target":"torch.ops.aten.relu.default","inputs":[],"outputs":[]}""";
        var text = new StringBuilder((Node.Length + 1) * count).Append(Node);
        for (int i = 1; i < count; i++)
        {
            text.Append(',').Append(Node);
        }

        return text.ToString();
    }

    private static string Deep(int levels)
    {
        var text = new StringBuilder();
        for (int i = 0; i < levels; i++)
        {
            text.Append("""{"target":"torch.ops.higher_order.cond","inputs":[{"name":"","arg":{"as_graph":{"name":"g","graph":{"nodes":[""");
        }

        return text.ToString();
    }
}
