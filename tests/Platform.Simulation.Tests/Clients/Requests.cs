using Platform.Contracts.Hub.V1;
using Platform.Gateway;
using Platform.Gateway.Datasets;
using Platform.Gateway.Models;
using Platform.Gateway.Subscriptions;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Laws;
using Platform.Simulation.Tests.Processes;
using AssetState = Platform.Gateway.Models.AssetState;

namespace Platform.Simulation.Tests.Clients;

/// <summary>What an organization has and what it asks for: few enough different conversions that some share a run or a cached result.</summary>
internal sealed class Requests(Chance chance, Ledger ledger, string owner)
{
    private static readonly string s_tensor = ProtoJson.Format(new TensorSpec { Name = "x", Dtype = "float32", Shape = { 1, 4 } });

    private string Source(int number) => $"m{owner}src{number}";

    private string Runnable => $"m{owner}run";

    private string Dataset => $"d{owner}set";

    /// <summary>Puts its models, its dataset and its receiver of events there.</summary>
    public async Task SeedAsync(GatewayStore store, ArtifactProcess artifact)
    {
        foreach (var (id, type) in new[] { (Source(0), ModelType.Onnx), (Source(1), ModelType.Onnx), (Runnable, ModelType.Tflite) })
        {
            artifact.Add("b" + id);
            await store.Models.For(owner).InsertAsync(Model(id, type), CancellationToken.None);
        }

        artifact.Add("b" + Dataset);
        await store.Datasets.For(owner).InsertAsync(
            new StoredDataset
            {
                Id = Dataset, Owner = owner, Name = "set", State = AssetState.Ready, CreatedAt = Clock.Beginning, ExpiresAt = DateTimeOffset.MaxValue, Creator = "c", BlobId = "b" + Dataset, Sha256 = new string('d', 64),
                Size = 1000, FileName = "set.h5", Tensors = [s_tensor], Samples = 1,
            },
            CancellationToken.None);
        await store.Subscriptions.For(owner).InsertAsync(
            new StoredSubscription { Id = "w" + owner, Owner = owner, Kind = SubscriptionKind.Webhook, CreatedAt = Clock.Beginning, Cursor = 0 }, CancellationToken.None);
    }

    public JobSpec Next() => chance.Below(10) switch
    {
        < 5 => new JobSpec { Compile = new CompileSpec { ModelId = Source(chance.Below(2)), Options = chance.Of(0.5) ? "--target_runtime tflite" : "--target_runtime onnx" } },
        < 7 => new JobSpec { Profile = new ProfileSpec { ModelId = Runnable, Device = Device() } },
        < 8 => new JobSpec { Inference = new InferenceSpec { ModelId = Runnable, DatasetId = Dataset, Device = Device() } },
        _ => new JobSpec { Profile = new ProfileSpec { ModelId = ProductOfSome() ?? Runnable, Device = Device() } },
    };

    // Not there yet, as a rule: the job waits for the one that makes it.
    private string? ProductOfSome()
    {
        var compiles = ledger.Submissions.Where(one => one.Owner == owner && one is { JobId: not null, Kind: JobType.Compile }).ToList();
        return compiles.Count == 0 ? null : OutputIds.ModelOf(chance.One(compiles).JobId!);
    }

    private DeviceSelector Device() => new() { Name = chance.Of(0.5) ? "local-cpu" : "simulated" };

    private StoredModel Model(string id, ModelType type) => new()
    {
        Id = id, Owner = owner, Name = id, ModelType = type.ToString(), State = AssetState.Ready, CreatedAt = Clock.Beginning, Creator = "c", BlobId = "b" + id, Sha256 = id.PadRight(64, 'a'), Size = 1000,
        FileName = "model", Inputs = [s_tensor], Outputs = [s_tensor],
    };
}
