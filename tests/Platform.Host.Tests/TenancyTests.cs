using Grpc.Core;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>Tokens and organizations: what is not yours does not exist.</summary>
public sealed class TenancyTests(HubFixture fixture)
{
    private readonly HubProcess _hub = fixture.Hub;

    [Fact]
    public async Task AnotherOrganization_SeesNothingOfTheFirst()
    {
        var job = await _hub.SucceedAsync(Compile(fixture.Assets.Linear, "onnx"));
        var organization = await _hub.Client.CreateOrganizationAsync(new CreateOrganizationRequest { Name = "others" });
        var token = await _hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "theirs", OrganizationId = organization.OrganizationId });
        var theirs = _hub.ClientWith(token.Secret);
        Assert.Empty((await theirs.ListJobsAsync(new ListJobsRequest())).Jobs);
        Assert.Empty((await theirs.ListModelsAsync(new ListModelsRequest())).Models);
        Assert.Empty((await theirs.ListDatasetsAsync(new ListDatasetsRequest())).Datasets);
        Func<Task>[] calls =
        [
            async () => await theirs.GetJobAsync(new GetJobRequest { JobId = job.JobId }),
            async () => await theirs.CancelJobAsync(new CancelJobRequest { JobId = job.JobId }),
            async () => await theirs.DeleteJobAsync(new DeleteJobRequest { JobId = job.JobId }),
            async () => await theirs.CloneJobAsync(new CloneJobRequest { JobId = job.JobId }),
            async () => await theirs.GetJobResultAsync(new GetJobResultRequest { JobId = job.JobId }),
            async () => await theirs.ListAttemptsAsync(new ListAttemptsRequest { JobId = job.JobId }),
            async () => await theirs.GetModelAsync(new GetModelRequest { ModelId = fixture.Assets.Linear }),
            async () => await theirs.DownloadModelAsync(new DownloadModelRequest { ModelId = fixture.Assets.Linear }),
            async () => await theirs.DeleteModelAsync(new DeleteModelRequest { ModelId = fixture.Assets.Linear }),
            async () => await theirs.ReleaseModelAsync(new ReleaseModelRequest { ModelId = fixture.Assets.Linear }),
            async () => await theirs.GetDatasetAsync(new GetDatasetRequest { DatasetId = fixture.Assets.Images }),
            async () => await theirs.SubmitJobAsync(new SubmitJobRequest { Spec = Compile(fixture.Assets.Linear, "onnx") }),
        ];
        foreach (var call in calls)
        {
            Assert.Equal(FailureCode.NotFound, await RefusedAsync(call));
        }
    }

    [Fact]
    public async Task RevokedToken_IsRefused()
    {
        var token = await _hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "short-lived" });
        var client = _hub.ClientWith(token.Secret);
        await client.GetMeAsync(new GetMeRequest());
        await _hub.Client.RevokeTokenAsync(new RevokeTokenRequest { TokenId = token.Token.TokenId });
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    await client.GetMeAsync(new GetMeRequest());
                    return false;
                }
                catch (RpcException error)
                {
                    return error.StatusCode == StatusCode.Unauthenticated;
                }
            },
            TimeSpan.FromSeconds(40),
            () => "the revoked token still works");
    }

    [Fact]
    public async Task UnknownToken_IsUnauthenticated()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _hub.ClientWith("nobody").GetMeAsync(new GetMeRequest()));
        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
    }

    [Fact]
    public async Task Tokens_AreNotInTheStore()
    {
        if (_hub.Farm is { } farm)
        {
            int looked = 0;
            await foreach (string document in farm.DocumentsAsync())
            {
                looked++;
                Assert.DoesNotContain(_hub.Token, document, StringComparison.Ordinal);
            }

            Assert.True(looked > 10, $"{looked} documents");
            return;
        }

        foreach (string file in Directory.EnumerateFiles(_hub.Data, "*.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(_hub.Token, reader.ReadToEnd(), StringComparison.Ordinal);
        }
    }
}
