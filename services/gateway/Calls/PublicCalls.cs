using Google.Protobuf;
using Grpc.Core;
using Platform.Gateway.Audit;
using Platform.Gateway.Identity;
using Platform.Gateway.Operation;
using Platform.Gateway.Rest;
using Platform.ServiceDefaults;
using Platform.Toolchains;

namespace Platform.Gateway.Calls;

/// <summary>What every call of the public service goes through, over gRPC and REST alike: who calls, whether they may now, and a line in the audit log when it may change something.</summary>
internal sealed class PublicCalls(CallAuthentication authentication, CallLimits limits, AuditLog audit, GatewayMetrics metrics, FailureMapping failures)
{
    /// <summary>Carries a call out. Its request is read only for a caller who is known: nobody else has anything parsed.</summary>
    public async Task<TResponse> RunAsync<TResponse>(Func<Task<IMessage>> read, ServerCallContext context, Func<IMessage, Task<TResponse>> call)
    {
        try
        {
            return await CallAsync(read, context, call);
        }
        catch (Exception error)
        {
            Count(error, context);
            throw;
        }
    }

    /// <summary>The same for a server stream, which counts as open until it ends.</summary>
    public async Task StreamAsync(ServerCallContext context, Func<Task> call)
    {
        try
        {
            var caller = await AdmitAsync(context);
            using var open = limits.Stream(caller.Owner);
            await call();
        }
        catch (Exception error)
        {
            Count(error, context);
            throw;
        }
    }

    private async Task<TResponse> CallAsync<TResponse>(Func<Task<IMessage>> read, ServerCallContext context, Func<IMessage, Task<TResponse>> call)
    {
        var caller = await AdmitAsync(context);
        var request = await read();
        if (AuditTargets.ChangeBy(request) is not { } change)
        {
            return await call(request);
        }

        return AuditTargets.IsHeldByJob(change)
            ? await SubmitAsync(caller, change, request, call)
            : await ChangeAsync(caller, change, request, call, context.CancellationToken);
    }

    private async Task<TResponse> SubmitAsync<TResponse>(CallerIdentity caller, RestRoute change, IMessage request, Func<IMessage, Task<TResponse>> call)
    {
        try
        {
            return await call(request);
        }
        catch (Exception error)
        {
            await audit.RefusedAsync(caller, change.Method.Name, AuditTargets.Of(change, request), CodeName.Of(failures.ToFailure(error).Code));
            throw;
        }
    }

    private async Task<TResponse> ChangeAsync<TResponse>(CallerIdentity caller, RestRoute change, IMessage request, Func<IMessage, Task<TResponse>> call, CancellationToken cancellation)
    {
        var line = await audit.BeginAsync(caller, change.Method.Name, AuditTargets.Of(change, request), cancellation);
        try
        {
            var answer = await call(request);
            await audit.EndAsync(line, AuditLog.Ok, line.Target.Length == 0 || !change.PathFields.Any() ? AuditTargets.FirstId((IMessage)answer!) : line.Target);
            return answer;
        }
        catch (Exception error)
        {
            await audit.EndAsync(line, CodeName.Of(failures.ToFailure(error).Code), line.Target);
            throw;
        }
    }

    // A caller who goes away is no failure.
    private void Count(Exception error, ServerCallContext context)
    {
        if (!context.CancellationToken.IsCancellationRequested)
        {
            metrics.CallRefused(CodeName.Of(failures.ToFailure(error).Code));
        }
    }

    private async Task<CallerIdentity> AdmitAsync(ServerCallContext context)
    {
        await authentication.AuthenticateAsync(context);
        var caller = CallAuthentication.CallerOf(context);
        limits.Call(caller.Owner);
        return caller;
    }
}
