using System.Text;
using Onnx.Model;
using Torch.Onnx.Tests.BadInput;

namespace Torch.Onnx.Tests;

/// <summary>What an import says: names, blockers, warnings, and nothing of anybody's machine.</summary>
public sealed class ImportTests
{
    private const string Unmapped = """
        {"target": "torch.ops.aten.frobnicate.default", "inputs": [{"name": "self", "arg": {"as_tensor": {"name": "x"}}, "kind": 1}], "outputs": [{"as_tensor": {"name": "add"}}], "metadata": {"nn_module_stack": "L__self__,,M;L__self___head,head,N"}, "name": "frobnicate"},
        {"target": "torch.ops.mylib.twist.default", "inputs": [{"name": "self", "arg": {"as_tensor": {"name": "add"}}, "kind": 1}], "outputs": [{"as_tensor": {"name": "twist"}}], "metadata": {}, "name": "twist"},
        {"target": "torch.ops.aten.bernoulli_.float", "inputs": [{"name": "self", "arg": {"as_tensor": {"name": "twist"}}, "kind": 1}], "outputs": [{"as_tensor": {"name": "noise"}}], "metadata": {}, "name": "bernoulli_"},
        {"target": "torch.ops.aten.dropout.default", "inputs": [{"name": "input", "arg": {"as_tensor": {"name": "noise"}}, "kind": 1}, {"name": "p", "arg": {"as_float": 0.5}, "kind": 1}, {"name": "train", "arg": {"as_bool": true}, "kind": 1}], "outputs": [{"as_tensor": {"name": "relu"}}], "metadata": {}, "name": "dropout"}
        """;

    [Fact]
    public void Import_SeveralBlockers_AreAllReportedWithOperatorPathAndAdvice()
    {
        string values = string.Join(", ", new[] { "x", "p_w", "add", "twist", "noise", "relu" }.Select(name => $"\"{name}\": {ProgramPackage.Meta}"));
        var result = Import(ProgramPackage.Valid(ProgramPackage.Json(Unmapped, $"{{{values}}}")));

        Assert.Null(result.Model);
        Assert.Equal(
            [
                (BlockerReason.OperatorUnsupported, "aten.frobnicate.default", "head/frobnicate"),
                (BlockerReason.CustomOperator, "mylib.twist.default", "twist"),
                (BlockerReason.Random, "aten.bernoulli_.float", "bernoulli_"),
                (BlockerReason.TrainingMode, "aten.dropout.default", "dropout"),
            ],
            result.Blockers.Select(blocker => (blocker.Reason, blocker.Operator, blocker.Node)));
        Assert.All(result.Blockers, blocker => Assert.NotEmpty(blocker.Advice));
    }

    [Fact]
    public void Import_BlockerThatNothingNeeds_IsNoBlocker()
    {
        string values = string.Join(", ", new[] { "x", "p_w", "add", "relu", "dead" }.Select(name => $"\"{name}\": {ProgramPackage.Meta}"));
        string dead = """{"target": "torch.ops.aten.rand_like.default", "inputs": [{"name": "self", "arg": {"as_tensor": {"name": "x"}}, "kind": 1}], "outputs": [{"as_tensor": {"name": "dead"}}], "metadata": {}, "name": "dead"}""";
        Assert.NotNull(Import(ProgramPackage.Valid(ProgramPackage.Json($"{ProgramPackage.Nodes}, {dead}", $"{{{values}}}"))).Model);
    }

    [Fact]
    public void Import_NodeMetadata_NamesNodesByModuleAndLeaksNoPath()
    {
        var model = Import(ProgramPackage.Valid()).Model!;
        Assert.Equal(["inner/add", "relu"], model.Graph.Nodes.Select(node => node.Name));
        Assert.Equal("x", Assert.Single(model.Graph.Inputs).Name);
        string bytes = Encoding.Latin1.GetString(ModelWriter.ToBytes(model));
        Assert.DoesNotContain("somebody", bytes, StringComparison.Ordinal);
        Assert.Contains("2.14.1", bytes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void Import_OpsetOutsideTheRange_IsRefused(int opset) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Import(ProgramPackage.Valid(), new ImportOptions { Opset = opset }));

    [Fact]
    public void Import_SameFileTwice_GivesTheSameBytes()
    {
        string path = TestKit.RepositoryRoot.Combine("samples", "digits", "digits.pt2");
        Assert.Equal(Bytes(path), Bytes(path));

        static byte[] Bytes(string path)
        {
            using var file = ExportedProgramFile.Open(path);
            return ModelWriter.ToBytes(TorchImporter.Import(file, null, TestContext.Current.CancellationToken).Model!);
        }
    }

    [Fact]
    public void Info_OfTheSample_SaysWhatItHolds()
    {
        using var file = ExportedProgramFile.Open(TestKit.RepositoryRoot.Combine("samples", "digits", "digits.pt2"));
        var info = file.Info;
        Assert.Equal("8.20", info.SchemaVersion);
        Assert.StartsWith("2.14", info.TorchVersion, StringComparison.Ordinal);
        var image = Assert.Single(info.Inputs);
        Assert.Equal(("image", DataType.Float), (image.Name, image.Type));
        Assert.Equal([1, 1, 8, 8], image.Shape.Select(size => size.Value));
        Assert.Equal("logits", Assert.Single(info.Outputs).Name);
        Assert.InRange(info.ParameterCount, 1_000, 100_000);
    }

    private static ImportResult Import(ProgramPackage package, ImportOptions? options = null)
    {
        using var file = ExportedProgramFile.Read(package.ToBytes());
        return TorchImporter.Import(file, options, TestContext.Current.CancellationToken);
    }
}
