using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Platform.Artifact.Blobs;
using Platform.Artifact.References;
using Platform.Artifact.Retention;
using Platform.Artifact.Uploads;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Store;
using Platform.Store.Memory;
using Upload = Platform.Artifact.Uploads.Upload;

namespace Platform.Artifact.Tests;

/// <summary>What every place for bytes must do; each adapter derives from this.</summary>
public abstract class BlobFilesConformance : IAsyncLifetime
{
    private readonly MemoryStore _documents = new();
    private IBlobFiles? _files;

    /// <summary>Size of a part.</summary>
    protected virtual int Part => 1000;

    /// <summary>Which crash points are tried: every one, or every third where calls are slow.</summary>
    protected virtual int Stride => 1;

    /// <summary>Two parts and a half.</summary>
    protected byte[] Bytes { get; private set; } = [];

    private protected IBlobFiles Files => _files!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(Bytes));

    private protected abstract Task<IBlobFiles> CreateAsync();

    public async ValueTask InitializeAsync()
    {
        Bytes = new byte[Part * 5 / 2];
        new Random(Part).NextBytes(Bytes);
        _files = await CreateAsync();
        await new ArtifactStore(_documents).OpenAsync(Cancellation);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _documents.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Parts_InAnyOrder_MakeTheBlob()
    {
        await PutAsync("u1", 2, 0, 1);
        await CommitAsync("u1");
        Assert.Equal(Bytes, await ReadAsync(await Files.OpenBlobAsync("org", "b1", Cancellation)));
    }

    [Fact]
    public async Task Part_WrittenTwice_IsTheLastOne()
    {
        var upload = await PutAsync("u1", 0, 2);
        await Files.WritePartAsync(upload, 1, new MemoryStream(new byte[Part]), Cancellation);
        await PutAsync("u1", 1);
        await CommitAsync("u1");
        Assert.Equal(Bytes, await ReadAsync(await Files.OpenBlobAsync("org", "b1", Cancellation)));
    }

    [Fact]
    public async Task Part_ThatEndsEarly_Throws()
    {
        var upload = await BeginAsync("u1");
        using var body = new MemoryStream(Bytes, 0, Part - 1);
        await Assert.ThrowsAnyAsync<IOException>(() => Files.WritePartAsync(upload, 0, body, Cancellation));
        Assert.Empty(await Files.PartsAsync(upload, Cancellation));
    }

    [Fact]
    public async Task SealAndPromote_Twice_AreHarmless()
    {
        await PutAsync("u1", 0, 1, 2);
        await CommitAsync("u1");
        await CommitAsync("u1");
        Assert.Equal(Bytes, await ReadAsync(await Files.OpenBlobAsync("org", "b1", Cancellation)));
    }

    [Fact]
    public async Task Sealed_BytesCanBeRead_BeforeTheyAreABlob()
    {
        var upload = await PutAsync("u1", 0, 1, 2) with { State = UploadState.Verifying };
        await Files.SealAsync(upload, Cancellation);
        Assert.Equal(Bytes, await ReadAsync((await Files.OpenUploadAsync(upload, Cancellation))!));
    }

    [Fact]
    public async Task Upload_OfNoBytes_IsAnEmptyBlob()
    {
        var upload = NewUpload("u1") with { Size = 0, State = UploadState.Verifying };
        upload = upload with { Handle = await Files.BeginAsync(upload, Cancellation) };
        Assert.Empty(await Files.PartsAsync(upload, Cancellation));
        await Files.SealAsync(upload, Cancellation);
        await Files.PromoteAsync(upload, Cancellation);
        Assert.Empty(await ReadAsync(await Files.OpenBlobAsync("org", "b1", Cancellation)));
    }

    [Fact]
    public async Task Promote_WithoutBytes_MakesNothing()
    {
        var upload = await BeginAsync("u1");
        await Files.RemoveUploadAsync("org", "u1", upload.Handle, Cancellation);
        await Assert.ThrowsAsync<FileNotFoundException>(() => Files.PromoteAsync(upload with { State = UploadState.Verifying }, Cancellation));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Files.OpenBlobAsync("org", "b1", Cancellation));
    }

    [Fact]
    public async Task Blob_OfAnotherOwner_IsAnotherBlob()
    {
        await PutAsync("u1", 0, 1, 2);
        await CommitAsync("u1");
        await Assert.ThrowsAsync<FileNotFoundException>(() => Files.OpenBlobAsync("other", "b1", Cancellation));
    }

    [Fact]
    public async Task Blob_CanBeReadFromAnyPlace()
    {
        await PutAsync("u1", 0, 1, 2);
        await CommitAsync("u1");
        await using var stream = await Files.OpenBlobAsync("org", "b1", Cancellation);
        byte[] one = new byte[1];
        foreach (int position in new[] { Part + 234, 7, Bytes.Length - 1 })
        {
            stream.Seek(position, SeekOrigin.Begin);
            await stream.ReadExactlyAsync(one, Cancellation);
            Assert.Equal(Bytes[position], one[0]);
        }

        Assert.Equal(Bytes.Length, stream.Length);
        Assert.Equal(0, await stream.ReadAsync(one, Cancellation));
    }

    [Fact]
    public async Task Remove_TakesTheBytes_AndTwiceIsHarmless()
    {
        await PutAsync("u1", 0, 1, 2);
        await CommitAsync("u1");
        var other = await PutAsync("u2", 0);
        for (int i = 0; i < 2; i++)
        {
            await Files.RemoveBlobAsync("org", "b1", Cancellation);
            await Files.RemoveUploadAsync("org", "u2", other.Handle, Cancellation);
        }

        Assert.Empty(await Files.ListAsync(Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task List_NamesUploadsAndBlobs()
    {
        await PutAsync("u1", 0, 1, 2);
        await CommitAsync("u1");
        var other = await PutAsync("u2", 0);
        var list = await Files.ListAsync(Cancellation).OrderBy(entry => entry.Id).ToListAsync(Cancellation);
        Assert.Equal([(false, "b1"), (true, "u2")], list.Select(entry => (entry.IsUpload, entry.Id)));
        Assert.Equal(("org", other.Handle), (list[0].Owner, list[1].Handle));
        Assert.All(list, entry => Assert.InRange(TimeProvider.System.GetUtcNow() - entry.WrittenAt, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task FreeBytes_AreSomethingOrUnknown()
    {
        await Files.CheckAsync(Cancellation);
        Assert.True(Files.FreeBytes is null or > 0);
    }

    [Fact]
    public async Task Service_TakesPartsAndCommits_AndSaysWhatIsThere()
    {
        var (uploads, _) = Service(Files);
        await OpenAndPutAsync(uploads, "u00000001", 2, 0);
        Assert.Equal([0, 2], (await uploads.GetWithPartsAsync("org", "u00000001", Cancellation)).Parts.Order());
        Assert.Equal(FailureCode.UploadIncomplete, (await Assert.ThrowsAsync<FailureException>(() => uploads.CompleteAsync("org", "u00000001", "", Cancellation))).Failure.Code);
        await OpenAndPutAsync(uploads, "u00000001", 1);
        var blob = await uploads.CompleteAsync("org", "u00000001", Hash, Cancellation);
        Assert.Equal((Hash, 1, Bytes.Length), (blob.Sha256, blob.Generation, blob.Size));
        Assert.Equal(blob, await uploads.CompleteAsync("org", "u00000001", Hash, Cancellation));
        Assert.Equal(Bytes, await ReadAsync(await Files.OpenBlobAsync("org", blob.Id, Cancellation)));
    }

    [Fact]
    public async Task Service_WithAnotherHash_LeavesNothing()
    {
        var (uploads, _) = Service(Files);
        await OpenAndPutAsync(uploads, "u00000001", 0, 1, 2);
        var error = await Assert.ThrowsAsync<FailureException>(() => uploads.CompleteAsync("org", "u00000001", new string('0', 64), Cancellation));
        Assert.Equal(FailureCode.UploadHashMismatch, error.Failure.Code);
        Assert.Empty(await Files.ListAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Equal(FailureCode.UploadClosed, (await Assert.ThrowsAsync<FailureException>(() => uploads.CompleteAsync("org", "u00000001", Hash, Cancellation))).Failure.Code);
    }

    [Fact]
    public async Task Service_SameBytesAgain_KeepsOneBlob()
    {
        var (uploads, _) = Service(Files);
        await OpenAndPutAsync(uploads, "u00000001", 0, 1, 2);
        var first = await uploads.CompleteAsync("org", "u00000001", "", Cancellation);
        await OpenAndPutAsync(uploads, "u00000002", 0, 1, 2);
        Assert.Equal(first, await uploads.CompleteAsync("org", "u00000002", "", Cancellation));
        Assert.Equal([first.Id], await Files.ListAsync(Cancellation).Select(entry => entry.Id).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Service_TwoInstancesAtOnce_CommitOneBlob()
    {
        var (first, _) = Service(Files);
        var (second, _) = Service(Files);
        await OpenAndPutAsync(first, "u00000001", 0, 2);
        await OpenAndPutAsync(second, "u00000001", 1);
        var blobs = await Task.WhenAll(first.CompleteAsync("org", "u00000001", Hash, Cancellation), second.CompleteAsync("org", "u00000001", Hash, Cancellation));
        Assert.Equal(blobs[0], blobs[1]);
        Assert.Equal(Bytes, await ReadAsync(await Files.OpenBlobAsync("org", blobs[0].Id, Cancellation)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Service_KilledAtAnyCall_CommitsTheSameBytesWhenRepeated(bool again)
    {
        if (again)
        {
            var (uploads, _) = Service(Files);
            await OpenAndPutAsync(uploads, "u00000001", 0, 1, 2);
            await uploads.CompleteAsync("org", "u00000001", "", Cancellation);
        }

        // Before and after each call that a completion makes of the place, and of the documents: a process may die there.
        bool died = true;
        for (int at = again ? 1 : 0; died; at += Stride)
        {
            Assert.True(at < 200, "a completion does not end");
            string id = $"u{at + 10:00000000}";
            died = await DiesWhileCompletingAsync(id, at);

            var (after, blobs) = Service(Files);
            var blob = await after.CompleteAsync("org", id, Hash, Cancellation);
            Assert.Equal(Bytes, await ReadAsync(await Files.OpenBlobAsync("org", blob.Id, Cancellation)));
            if (!again)
            {
                await blobs.EraseIfUnreferencedAsync("org", blob.Id, Cancellation);
            }
        }
    }

    [Fact]
    public async Task Service_GivenUpAfterACrash_IsWholeOrGone()
    {
        bool died = true;
        int whole = 0;
        int gone = 0;
        for (int at = 0; died; at += Stride)
        {
            string id = $"u{at + 10:00000000}";
            died = await DiesWhileCompletingAsync(id, at);

            var (uploads, blobs) = Service(Files);
            await uploads.AbortAsync("org", id, Cancellation);
            try
            {
                var blob = await uploads.CompleteAsync("org", id, Hash, Cancellation);
                Assert.Equal(Bytes, await ReadAsync(await Files.OpenBlobAsync("org", blob.Id, Cancellation)));
                await blobs.EraseIfUnreferencedAsync("org", blob.Id, Cancellation);
                whole++;
            }
            catch (FailureException closed) when (closed.Failure.Code == FailureCode.UploadClosed)
            {
                gone++;
            }

            Assert.Empty(await Files.ListAsync(Cancellation).ToListAsync(Cancellation));
        }

        Assert.True(whole > 1 && gone > 1, $"{whole} whole, {gone} gone");
    }

    [Fact]
    public async Task Garbage_WithoutADocumentIsRemoved_AndReferencedBytesStay()
    {
        var (uploads, _) = Service(Files);
        await OpenAndPutAsync(uploads, "u00000001", 0, 1, 2);
        var kept = await uploads.CompleteAsync("org", "u00000001", "", Cancellation);
        await PutAsync("u00000002", 0, 1, 2);
        await CommitAsync("u00000002");
        await PutAsync("u00000003", 0);

        var clock = new LaterClock(TimeSpan.FromDays(3));
        var store = new ArtifactStore(_documents);
        var limits = new LimitSettings(new ConfigurationBuilder().Build());
        var blobs = new BlobService(store, Files, new IdSource(RandomSource.System), clock);
        var references = new ReferenceService(store, blobs, limits, new IdSource(RandomSource.System), clock);
        await references.AddAsync("org", kept.Id, "model", "m1", Cancellation);
        await references.ConfirmAsync("org", kept.Id, "model", "m1", leaseId: "", Cancellation);
        var garbage = new GarbageCollector(store, Files, blobs, references, new UploadService(store, Files, new UploadHashes(Files), blobs, limits, clock), limits, clock);
        await garbage.CollectAsync(Cancellation);
        Assert.Equal([kept.Id], await Files.ListAsync(Cancellation).Select(entry => entry.Id).ToListAsync(Cancellation));
        Assert.Equal(Bytes, await ReadAsync(await Files.OpenBlobAsync("org", kept.Id, Cancellation)));
    }

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    private protected Upload NewUpload(string id) => new()
    {
        Id = id, Owner = "org", Size = Bytes.Length, PartBytes = Part, Purpose = "model", CreatedAt = TimeProvider.System.GetUtcNow(), ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(1),
    };

    private readonly Dictionary<string, Upload> _begun = [];

    private protected async Task<Upload> BeginAsync(string id)
    {
        if (!_begun.TryGetValue(id, out var upload))
        {
            upload = NewUpload(id);
            _begun[id] = upload = upload with { Handle = await Files.BeginAsync(upload, Cancellation) };
        }

        return upload;
    }

    private protected async Task<Upload> PutAsync(string id, params int[] parts)
    {
        var upload = await BeginAsync(id);
        foreach (int part in parts)
        {
            await Files.WritePartAsync(upload, part, PartOf(part), Cancellation);
        }

        return upload;
    }

    private protected async Task<string> CommitAsync(string id)
    {
        var upload = await BeginAsync(id) with { State = UploadState.Verifying };
        await Files.SealAsync(upload, Cancellation);
        await Files.PromoteAsync(upload, Cancellation);
        return upload.OwnBlobId;
    }

    private (UploadService Uploads, BlobService Blobs) Service(IBlobFiles files, CrashPoint? crash = null)
    {
        var limits = new LimitSettings(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Limits:part_bytes"] = $"{Part}" }).Build());
        var store = new ArtifactStore(crash is null ? _documents : Crashing<IDocumentStore>.Wrap(_documents, crash));
        var blobs = new BlobService(store, files, new IdSource(RandomSource.System), TimeProvider.System);
        return (new UploadService(store, files, new UploadHashes(files), blobs, limits, TimeProvider.System), blobs);
    }

    private async Task<bool> DiesWhileCompletingAsync(string id, int at)
    {
        await OpenAndPutAsync(Service(Files).Uploads, id, 0, 1, 2);
        var crash = new CrashPoint(at);
        try
        {
            await Service(Crashing<IBlobFiles>.Wrap(Files, crash), crash).Uploads.CompleteAsync("org", id, Hash, Cancellation);
            return false;
        }
        catch (CrashedException)
        {
            return true;
        }
    }

    private async Task OpenAndPutAsync(UploadService uploads, string id, params int[] parts)
    {
        await uploads.OpenAsync("org", id, Bytes.Length, "model", Cancellation);
        foreach (int part in parts)
        {
            await uploads.WritePartAsync("org", id, part, PartOf(part), Cancellation);
        }
    }

    private MemoryStream PartOf(int part) => new(Bytes, part * Part, Math.Min(Part, Bytes.Length - (part * Part)));

    private protected static async Task<byte[]> ReadAsync(Stream stream)
    {
        await using (stream)
        {
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, Cancellation);
            return copy.ToArray();
        }
    }
}
