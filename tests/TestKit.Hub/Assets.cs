
namespace TestKit.Hub;

/// <summary>Models and datasets that most tests use.</summary>
/// <param name="Linear">ONNX: y[1,4] = x[1,3] W + b.</param>
/// <param name="Open">The same with an open batch dimension.</param>
/// <param name="Script">The sample's TorchScript.</param>
/// <param name="Images">The sample's test images: 360 of image[1,1,8,8].</param>
/// <param name="Rows">A dataset for <paramref name="Linear"/>: five rows of x[1,3].</param>
/// <param name="Heavy">ONNX: about a millisecond a run.</param>
internal sealed record Assets(string Linear, string Open, string Script, string Images, string Rows, string Heavy)
{
    public static string SampleFile(string name) => RepositoryRoot.Combine("samples", "digits", name);

    public static async Task<Assets> UploadAsync(HubProcess hub) => new(
        await hub.UploadModelAsync("linear.onnx", Models.Linear(1)),
        await hub.UploadModelAsync("open.onnx", Models.Linear(null)),
        await hub.UploadModelAsync("digits.pt", await File.ReadAllBytesAsync(SampleFile("digits.pt"))),
        await hub.UploadDatasetAsync("images.npz", await File.ReadAllBytesAsync(SampleFile("images.npz"))),
        await hub.UploadDatasetAsync("rows.npz", Npz.Of(("x", [5, 3], [.. Enumerable.Range(0, 15).Select(i => i / 7f)]))),
        await hub.UploadModelAsync("heavy.onnx", Models.Heavy()));
}
