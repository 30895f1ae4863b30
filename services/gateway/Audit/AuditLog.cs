using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Jobs;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Audit;

/// <summary>
/// Who changed what. A line is written before the call is carried out and gets its outcome afterwards, or comes from the job that the
/// call made: nothing changes without one, whenever the hub dies.
/// </summary>
internal sealed partial class AuditLog(GatewayStore store, LimitSettings limits, IdSource ids, TimeProvider clock, ILogger<AuditLog> logger)
{
    /// <summary>The outcome of a call that was carried out.</summary>
    public const string Ok = "OK";

    private const int DefaultLimit = 50;

    public async Task<StoredAudit> BeginAsync(CallerIdentity caller, string method, string target, CancellationToken cancellation)
    {
        while (true)
        {
            var line = Line(ids.New('l'), caller, method, target);
            if ((await store.Audit.For(caller.Owner).InsertAsync(line, cancellation)).Inserted)
            {
                return line;
            }
        }
    }

    /// <summary>Writes down a call that changed nothing, also of a caller who is gone.</summary>
    public async Task RefusedAsync(CallerIdentity caller, string method, string target, string outcome)
    {
        try
        {
            await store.Audit.For(caller.Owner).InsertAsync(Line(ids.New('l'), caller, method, target) with { Outcome = outcome }, CancellationToken.None);
        }
        catch (StoreException error)
        {
            // The caller has to hear why the call was refused.
            NotWritten(logger, method, error);
        }
    }

    /// <summary>Writes down the call that made a job, from what the job holds; once, however often it is tried.</summary>
    public async Task AppendAsync(Job job, CancellationToken cancellation)
    {
        if (job.Effects.FirstOrDefault(effect => effect.Call is not null) is { Call: { } call } made)
        {
            var caller = new CallerIdentity(job.Owner, call.TokenId, call.TokenName, IsOperator: false);
            await store.Audit.For(job.Owner).InsertAsync(Line($"l{made.At.UtcTicks:x}{job.Id}", caller, call.Method, job.Id) with { At = made.At, Outcome = Ok }, cancellation);
        }
    }

    /// <summary>Writes the outcome down, also of a caller who is gone.</summary>
    public async Task EndAsync(StoredAudit line, string outcome, string target)
    {
        try
        {
            await store.Audit.For(line.Owner).ReplaceIfVersionAsync(line with { Outcome = outcome, Target = target.Length > 0 ? target : line.Target }, expectedVersion: 1, CancellationToken.None);
        }
        catch (StoreException error)
        {
            // The change has been made, and the line says that it was begun: a call that is done must not look like one that failed.
            NotEnded(logger, line.Id, error);
        }
    }

    /// <summary>A page of lines, newest first.</summary>
    public async Task<AuditList> ListAsync(ListAuditRequest request, CancellationToken cancellation)
    {
        var window = new ListWindow(request.Limit, request.Cursor, 0);
        var page = new PageRequest(window.Limit(DefaultLimit, (int)limits.Of(HubLimits.PageSize)), Descending: true, After: window.After);
        var found = request.OrganizationId.Length > 0
            ? await store.Audit.For(request.OrganizationId).QueryAsync("of", ReadOnlyMemory<object>.Empty, page, cancellation)
            : await store.Audit.AsSystem().QueryAsync("at", ReadOnlyMemory<object>.Empty, page, cancellation);
        var list = new AuditList { NextCursor = found.Next is { } next ? ListWindow.CursorOf(next) : "" };
        list.Entries.AddRange(found.Items.Select(item => ToMessage(item.Value)));
        return list;
    }

    /// <summary>Removes lines whose time is over.</summary>
    public async Task ExpireAsync(CancellationToken cancellation)
    {
        var before = clock.GetUtcNow().AddDays(-limits.Of(HubLimits.AuditDays));
        while (await store.Audit.AsSystem().QueryBeforeAsync("at", new object[] { before }, new PageRequest(500), cancellation) is { Items.Count: > 0 } page)
        {
            foreach (var line in page.Items)
            {
                await store.Audit.For(line.Value.Owner).DeleteAsync(line.Value.Id, line.Version, cancellation);
            }
        }
    }

    private StoredAudit Line(string id, CallerIdentity caller, string method, string target) =>
        new() { Id = id, Owner = caller.Owner, At = clock.GetUtcNow(), TokenId = caller.TokenId, TokenName = caller.TokenName, Method = method, Target = target };

    private static AuditEntry ToMessage(StoredAudit line) => new()
    {
        AuditId = line.Id,
        At = line.At.ToTimestamp(),
        OrganizationId = line.Owner,
        TokenId = line.TokenId,
        TokenName = line.TokenName,
        Method = line.Method,
        Target = line.Target,
        Outcome = line.Outcome,
    };

    [LoggerMessage(1, LogLevel.Warning, "The outcome of audit line {Line} was not written down; it stays STARTED")]
    private static partial void NotEnded(ILogger logger, string line, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "A refused call of {Method} was not written down")]
    private static partial void NotWritten(ILogger logger, string method, Exception error);
}
