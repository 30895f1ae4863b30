using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.Gateway.Models;
using Platform.Gateway.Nodes;
using Platform.Gateway.Quarantine;
using Platform.Gateway.Submission;
using Platform.Gateway.Tests.Jobs;
using Platform.ServiceDefaults;
using Platform.Store.Memory;
using AssetState = Platform.Gateway.Models.AssetState;
using Job = Platform.Gateway.Jobs.Job;

namespace Platform.Gateway.Tests.Quarantine;

/// <summary>What a poisoned job leaves behind for those after it.</summary>
public sealed class QuarantineTests : IAsyncLifetime
{
    private static readonly PlannedStep s_import = new("import", "1");
    private static readonly PlannedStep s_convert = new("convert", "1");
    private static readonly PlannedStep s_pack = new("pack", "1");

    private readonly MemoryStore _documents = new();
    private readonly GatewayStore _store;
    private readonly QuarantineService _quarantine;

    public QuarantineTests()
    {
        _store = new GatewayStore(_documents);
        var clock = new FakeTimeProvider();
        var assets = new AssetFinder(_store);
        var options = Options.Create(new GatewayOptions());
        _quarantine = new QuarantineService(_store, assets, new LinkPlanner(_store, assets, new NodeRegistry(_store, options, clock), options), clock);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _store.OpenAsync(Cancellation);
        await ModelAsync("o", "m1", "bytes");
        await ModelAsync("o", "m2", "bytes");
        await ModelAsync("o", "m3", "others");
        await ModelAsync("p", "m4", "bytes");
    }

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    [Fact]
    public async Task Add_KeepsTheBytesFromThePathUpToTheDeath()
    {
        await _quarantine.AddAsync(Poisoned("j1"), Cancellation);
        foreach (string model in new[] { "m1", "m2" })
        {
            var refusal = Assert.Single(await RefusalsAsync("o", model, s_import, s_convert, s_pack));
            Assert.Equal(FailureCode.InputQuarantined, refusal.Code);
            Assert.Contains($"hub models release {model}", refusal.Message, StringComparison.Ordinal);
            Assert.Single(await RefusalsAsync("o", model, s_import, s_convert));
        }

        // What did not die, in this version, on these bytes, or of this organization.
        Assert.Empty(await RefusalsAsync("o", "m1", s_import));
        Assert.Empty(await RefusalsAsync("o", "m1", s_import, s_convert with { Version = "2" }, s_pack));
        Assert.Empty(await RefusalsAsync("o", "m3", s_import, s_convert, s_pack));
        Assert.Empty(await RefusalsAsync("p", "m4", s_import, s_convert, s_pack));
    }

    [Fact]
    public async Task Add_AgainAfterItWasLifted_StaysLifted_AndAnotherJobBringsItBack()
    {
        await _quarantine.AddAsync(Poisoned("j1"), Cancellation);
        await _quarantine.AddAsync(Poisoned("j1"), Cancellation);
        var model = (await _store.Models.For("o").GetAsync("m1", Cancellation))!.Value;
        Assert.Equal("j1", Assert.Single((await _quarantine.DescribeAsync(model, Cancellation)).Quarantines).JobId);
        Assert.Empty((await _quarantine.ReleaseAsync(Caller("o"), "m2", Cancellation)).Quarantines);
        await _quarantine.AddAsync(Poisoned("j1"), Cancellation);
        Assert.Empty(await RefusalsAsync("o", "m1", s_import, s_convert));
        await _quarantine.AddAsync(Poisoned("j2"), Cancellation);
        Assert.Single(await RefusalsAsync("o", "m1", s_import, s_convert));
    }

    [Fact]
    public async Task Add_WhatIsNoPoisonOrHasNoStepsOfItsOwn_KeepsNothing()
    {
        await _quarantine.AddAsync(Poisoned("j1") with { Failure = JobSamples.Failure }, Cancellation);
        await _quarantine.AddAsync(Poisoned("j2") with { Steps = [] }, Cancellation);
        await _quarantine.AddAsync(Poisoned("j3") with { Kind = JobKind.Profile }, Cancellation);
        Assert.Empty(await RefusalsAsync("o", "m1", s_import, s_convert, s_pack));
    }

    [Fact]
    public async Task Add_WorkersThatRestarted_KeepsTheWholePath()
    {
        await _quarantine.AddAsync(Poisoned("j1") with { Deaths = [] }, Cancellation);
        Assert.Empty(await RefusalsAsync("o", "m1", s_import, s_convert));
        Assert.Single(await RefusalsAsync("o", "m1", s_import, s_convert, s_pack));
    }

    [Fact]
    public async Task Add_Link_KeepsTheSameFilesTogetherOnly()
    {
        var spec = new JobSpec { Link = new LinkSpec { ModelIds = { "m1", "m3" } } };
        await _quarantine.AddAsync(Poisoned("j1") with { Kind = JobKind.Link, Spec = ProtoJson.Format(spec), Steps = [s_pack], Deaths = [new JobDeath("a", "pack")] }, Cancellation);
        Assert.Single(await RefusalsAsync("o", ["m2", "m3"], s_pack));
        Assert.Empty(await RefusalsAsync("o", ["m1"], s_pack));
        Assert.Empty(await RefusalsAsync("o", ["m3", "m1"], s_pack));
    }

    [Fact]
    public async Task Release_OfAnotherOrganization_FindsNothing()
    {
        await _quarantine.AddAsync(Poisoned("j1"), Cancellation);
        var refused = await Assert.ThrowsAsync<FailureException>(() => _quarantine.ReleaseAsync(Caller("p"), "m1", Cancellation));
        Assert.Equal(FailureCode.NotFound, refused.Failure.Code);
        await _quarantine.ReleaseAsync(Caller("p"), "m4", Cancellation);
        Assert.Single(await RefusalsAsync("o", "m1", s_import, s_convert));
    }

    private static CallerIdentity Caller(string owner) => new(owner, "t1", "token", IsOperator: false);

    private static Job Poisoned(string id) => JobSamples.In(Phase.Failed, JobKind.Compile) with
    {
        Id = id,
        Spec = ProtoJson.Format(new JobSpec { Compile = new CompileSpec { ModelId = "m1" } }),
        Steps = [s_import, s_convert, s_pack],
        Deaths = [new JobDeath("a", "convert"), new JobDeath("b", "convert")],
        Failure = JobSamples.Failure with { Code = "POISONED" },
    };

    private async Task ModelAsync(string owner, string id, string hash) => await _store.Models.For(owner).InsertAsync(
        new StoredModel { Id = id, Owner = owner, Name = id, ModelType = nameof(ModelType.Onnx), State = AssetState.Ready, CreatedAt = JobSamples.Now, Creator = "c", Sha256 = hash }, Cancellation);

    private Task<List<Toolchains.Refusal>> RefusalsAsync(string owner, string model, params PlannedStep[] path) => RefusalsAsync(owner, [model], path);

    private async Task<List<Toolchains.Refusal>> RefusalsAsync(string owner, string[] models, params PlannedStep[] path)
    {
        var files = new List<StoredModel>();
        foreach (string model in models)
        {
            files.Add((await _store.Models.For(owner).GetAsync(model, Cancellation))!.Value);
        }

        var draft = new SubmissionDraft();
        await _quarantine.CheckAsync(owner, files, path, draft, Cancellation);
        return draft.Refusals;
    }
}
