using Platform.ServiceDefaults;

namespace Platform.Gateway.Models;

/// <summary>
/// Models that were found ready a moment ago, so that a burst of submissions does not read the same one thousands of times. One that another
/// gateway erased meanwhile is found when the run is due, as it is for every job that was submitted before.
/// </summary>
internal sealed class ReadyModels(TimeProvider clock)
{
    private const int Most = 1000;
    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(1);

    private readonly ShortMemory<(string Owner, string Id), StoredModel> _known = new(Most, clock);

    public StoredModel? Recall(string owner, string id) => _known.Recall((owner, id));

    public void Remember(StoredModel model) => _known.Remember((model.Owner, model.Id), model, s_memory);

    public void Erased(string owner, string id) => _known.Forget((owner, id));
}
