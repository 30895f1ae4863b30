using System.Text;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using TestKit;
using TestKit.Hub;

namespace Platform.Host.Tests;

/// <summary>Files that are not what they claim to be end as coded refusals, never as jobs.</summary>
public sealed class BadModelTests(HubFixture fixture)
{
    private readonly HubProcess _hub = fixture.Hub;

    [Fact]
    public async Task Truncated_Onnx_IsUnreadable() =>
        Assert.Equal(FailureCode.ModelUnreadable, (await OfferAsync("cut.onnx", Models.Linear(1)[..^40])).Failure.Code);

    [Fact]
    public async Task Text_CalledOnnx_IsUnreadable() =>
        Assert.Equal(FailureCode.ModelUnreadable, (await OfferAsync("notes.onnx", Encoding.UTF8.GetBytes("this is not a model, only a text about one"))).Failure.Code);

    [Fact]
    public async Task Text_OfNoKnownForm_IsNoModel() =>
        Assert.Equal(FailureCode.ModelFormUnknown, (await OfferAsync("notes.txt", Encoding.UTF8.GetBytes("this is not a model, only a text about one"))).Failure.Code);

    [Fact]
    public async Task Archive_OfAModelWithItsWeights_IsAModel()
    {
        var model = await _hub.OfferModelAsync("good.onnx.zip", Models.Zip(("folder/model.onnx", Models.Linear(1)), ("folder/notes.txt", [1])));
        Assert.True(model.State == AssetState.Ready, model.Failure?.Message);
        Assert.Equal("x", Assert.Single(model.Inputs).Name);
    }

    [Fact]
    public async Task Onnx_ClaimedToBeTflite_IsRefused()
    {
        var model = await _hub.OfferModelAsync("claimed.tflite", Models.Linear(1), ModelType.Tflite);
        Assert.Equal(AssetState.AssetFailed, model.State);
    }

    [Fact]
    public async Task Onnx_ClaimingTenGigabytes_IsUnreadableAndFast()
    {
        // A length-delimited field that says it is 10 GB long.
        byte[] bytes = [0x08, 0x08, 0x3A, 0x80, 0x80, 0x80, 0x80, 0x28, 1, 2, 3];
        Assert.Equal(AssetState.AssetFailed, (await OfferAsync("huge.onnx", bytes)).State);
    }

    [Theory]
    [InlineData("../../outside.onnx")]
    [InlineData("/etc/outside.onnx")]
    public async Task Archive_WithAPathOutside_IsUnsafe(string entry) =>
        Assert.Equal(FailureCode.ArchiveUnsafe, (await OfferAsync("model.onnx.zip", Models.Zip((entry, Models.Linear(1))))).Failure.Code);

    [Fact]
    public async Task Archive_ThatUnpacksToFarMore_IsUnsafe() =>
        Assert.Equal(FailureCode.ArchiveUnsafe, (await OfferAsync("bomb.onnx.zip", Models.Zip(("model.onnx", Models.Linear(1)), ("weights.bin", new byte[300 << 20])))).Failure.Code);

    [Fact]
    public async Task TorchScript_WhosePickleCallsSomething_IsUnsafe()
    {
        await Python.RequireAsync("torch");
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("make.py"), """
            import sys, zipfile
            source, target = sys.argv[1:]
            with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
                for entry in old.namelist():
                    data = old.read(entry)
                    if entry.endswith("/data.pkl"):
                        data = b"\x80\x02cos\nsystem\nU\x09touch pwndq\x00\x85q\x01Rq\x02."
                    new.writestr(entry, data)
            """);
        await Python.RunAsync(folder.File("make.py"), Assets.SampleFile("digits.pt"), folder.File("evil.pt"));
        var model = await OfferAsync("evil.pt", await File.ReadAllBytesAsync(folder.File("evil.pt")));
        Assert.Equal(FailureCode.ModelUnsafe, model.Failure.Code);
    }

    [Fact]
    public async Task Dataset_WithNaN_IsRefused()
    {
        var dataset = await _hub.OfferDatasetAsync("nan.npz", Npz.Of(("x", [2, 3], [1, 2, float.NaN, 4, 5, 6])));
        Assert.Equal(FailureCode.DatasetNotFinite, dataset.Failure.Code);
    }

    [Fact]
    public async Task Dataset_WithUnequalSampleCounts_IsRefused()
    {
        var dataset = await _hub.OfferDatasetAsync("unequal.npz", Npz.Of(("x", [2, 3], new float[6]), ("z", [3, 3], new float[9])));
        Assert.Equal(AssetState.AssetFailed, dataset.State);
        Assert.Contains("samples", dataset.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dataset_Truncated_IsRefused()
    {
        byte[] whole = Npz.Of(("x", [20, 3], new float[60]));
        Assert.Equal(AssetState.AssetFailed, (await _hub.OfferDatasetAsync("cut.npz", whole[..(whole.Length / 2)])).State);
    }

    private async Task<Model> OfferAsync(string name, byte[] bytes)
    {
        var model = await _hub.OfferModelAsync(name, bytes);
        Assert.Equal(AssetState.AssetFailed, model.State);
        Assert.NotEmpty(model.Failure.Message);
        return model;
    }
}
