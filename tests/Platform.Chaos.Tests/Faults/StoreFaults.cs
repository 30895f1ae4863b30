namespace Platform.Chaos.Tests.Faults;

/// <summary>The database: it forgets to answer, dies, or its disk does.</summary>
internal static class StoreFaults
{
    public static async Task AnswersLostAsync(ChaosRun run)
    {
        // What is written is written, whoever does not hear of it.
        var ids = new List<string>();
        foreach (string command in new[] { "insert", "update" })
        {
            var losing = new[] { "gateway0", "gateway1", "broker0", "broker1" }.Select(service => run.Farm.Link(service, "mongo").LoseReplies(command, 4)).ToList();
            ids.AddRange(await run.SubmitAsync(6, () => run.Assets.Convert("quick")));
            ids.AddRange(await run.SubmitAsync(6, () => run.Assets.Infer("quick")));
            await ChaosRun.UntilAsync(() => Task.FromResult(losing.All(lost => lost.Lost == 4)), 60, $"answers lost: {string.Join(' ', losing.Select(lost => lost.Lost))}");
        }

        run.Lifted();
        foreach (string id in ids)
        {
            await run.EndAsync(id);
        }
    }
}
