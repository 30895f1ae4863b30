using Platform.Artifact.Blobs;

namespace Platform.Artifact.Tests;

/// <summary>What every place for bytes must do; each adapter derives from this.</summary>
public abstract class BlobFilesConformance
{
    private const int Part = 1000;
    private readonly byte[] _bytes = [.. Enumerable.Range(0, 2500).Select(i => (byte)(i * 7))];

    private protected abstract IBlobFiles Files { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Parts_InAnyOrder_MakeTheBlob()
    {
        await PutAsync("u1", 2, 0, 1);
        await Files.PromoteAsync("u1", "org", "b1", Cancellation);
        Assert.Equal(_bytes, Read(Files.OpenBlob("org", "b1")));
    }

    [Fact]
    public async Task Part_WrittenTwice_IsTheLastOne()
    {
        await PutAsync("u1", 0, 1, 2);
        await Files.WritePartAsync("u1", Part, Part, new MemoryStream(new byte[Part]), Cancellation);
        await PutAsync("u1", 1);
        Assert.Equal(_bytes, Read(Files.OpenUpload("u1")));
    }

    [Fact]
    public async Task Part_ThatEndsEarly_Throws()
    {
        using var body = new MemoryStream(_bytes, 0, Part - 1);
        await Assert.ThrowsAnyAsync<Exception>(() => Files.WritePartAsync("u1", 0, Part, body, Cancellation));
    }

    [Fact]
    public async Task Promote_Twice_IsHarmless()
    {
        await PutAsync("u1", 0, 1, 2);
        await Files.PromoteAsync("u1", "org", "b1", Cancellation);
        await Files.PromoteAsync("u1", "org", "b1", Cancellation);
        Assert.Equal(_bytes, Read(Files.OpenBlob("org", "b1")));
    }

    [Fact]
    public async Task Blob_OfAnotherOwner_IsAnotherBlob()
    {
        await PutAsync("u1", 0, 1, 2);
        await Files.PromoteAsync("u1", "org", "b1", Cancellation);
        Assert.ThrowsAny<IOException>(() => Files.OpenBlob("other", "b1").Dispose());
    }

    [Fact]
    public async Task Blob_CanBeReadFromAnyPlace()
    {
        await PutAsync("u1", 0, 1, 2);
        await Files.PromoteAsync("u1", "org", "b1", Cancellation);
        using var stream = Files.OpenBlob("org", "b1");
        stream.Seek(1234, SeekOrigin.Begin);
        Assert.Equal(_bytes[1234], stream.ReadByte());
        Assert.Equal(_bytes.Length, stream.Length);
    }

    [Fact]
    public async Task Remove_TakesTheBytes_AndTwiceIsHarmless()
    {
        await PutAsync("u1", 0, 1, 2);
        await Files.PromoteAsync("u1", "org", "b1", Cancellation);
        await PutAsync("u2", 0);
        Files.RemoveBlob("org", "b1");
        Files.RemoveBlob("org", "b1");
        Files.RemoveUpload("u2");
        Files.RemoveUpload("u2");
        Assert.Empty(Files.List());
    }

    [Fact]
    public async Task List_NamesUploadsAndBlobs()
    {
        await PutAsync("u1", 0, 1, 2);
        await Files.PromoteAsync("u1", "org", "b1", Cancellation);
        await PutAsync("u2", 0);
        Assert.Equal([(false, "org", "b1"), (true, "", "u2")], Files.List().Select(entry => (entry.IsUpload, entry.Owner, entry.Id)).OrderBy(entry => entry.Id, StringComparer.Ordinal));
    }

    [Fact]
    public void FreeBytes_AreSomething() => Assert.True(Files.FreeBytes > 0);

    private async Task PutAsync(string upload, params int[] parts)
    {
        foreach (int part in parts)
        {
            int length = Math.Min(Part, _bytes.Length - (part * Part));
            await Files.WritePartAsync(upload, part * Part, length, new MemoryStream(_bytes, part * Part, length), Cancellation);
        }
    }

    private static byte[] Read(Stream stream)
    {
        using (stream)
        {
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
    }
}
