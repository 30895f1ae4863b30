using System.IO.Compression;
using System.Security.Cryptography;
using Onnx.Model;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Qnn;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Runner.QnnStep.Tests;

/// <summary>Products in the vendor's runtime.</summary>
internal static class Loading
{
    /// <summary>
    /// Loads a product: a context is created from every binary, bare ones behind the EPContext model that our runner writes; the
    /// graphs of a DLC are composed for the HTP library. What comes out has the names, types and shapes of the product's record.
    /// </summary>
    public static async Task RequireAsync(QnnProductFile product)
    {
        var facts = product.Outcome.Facts!;
        if (facts.Form == ModelForm.QnnDlc)
        {
            var seen = await QnnInspection.RunAsync(QnnToolchain.Mount, product.File, QnnToolchain.Limits, QnnToolchain.Sandbox, TestContext.Current.CancellationToken);
            Assert.True(seen.Refusal is null, seen.Refusal?.Message);
            Assert.NotEmpty(facts.Inputs);
            Assert.Equal(facts.Inputs.Select(Text), seen.Facts!.Inputs.Select(Text));
            Assert.Equal(facts.Outputs.Select(Text), seen.Facts.Outputs.Select(Text));
            Assert.Equal(facts.Metadata["QNN_MODEL_GRAPH_NAMES"], seen.Facts.Metadata["QNN_MODEL_GRAPH_NAMES"]);
            return;
        }

        var loaded = await Oracle.LoadAsync(Runtime.QnnHtp, product.File);
        Assert.True(loaded.Failure is null, $"{Path.GetFileName(product.File)}: {loaded.Failure}");
        Assert.Equal(facts.Inputs.Select(Text).Order(StringComparer.Ordinal), loaded.Inputs.Select(Text).Order(StringComparer.Ordinal));
        Assert.Equal(facts.Outputs.Select(Text).Order(StringComparer.Ordinal), loaded.Outputs.Select(Text).Order(StringComparer.Ordinal));
    }

    /// <summary>SHA-256 of the context binary in a precompiled ONNX model or an archive of one.</summary>
    public static string HashOfBinaryIn(string precompiled)
    {
        if (precompiled.EndsWith(".onnx", StringComparison.Ordinal))
        {
            using var file = OnnxFile.Open(precompiled);
            var node = Assert.Single(EpContextModel.NodesOf(file.Model));
            return Convert.ToHexStringLower(SHA256.HashData(node.Attributes.Single(attribute => attribute.Name == "ep_cache_context").Value is byte[] bytes ? bytes : []));
        }

        using var archive = ZipFile.OpenRead(precompiled);
        using var stream = archive.GetEntry("model.bin")!.Open();
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Text(TensorFacts tensor) => $"{tensor.Name} {tensor.Dtype} [{string.Join(',', tensor.Shape)}]";

    private static string Text(Platform.Contracts.Runner.V1.TensorSpec tensor) => $"{tensor.Name} {tensor.Dtype} [{string.Join(',', tensor.Shape)}]";
}
