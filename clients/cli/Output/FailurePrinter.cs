using Grpc.Core;
using Platform.Contracts.Hub.V1;
using Platform.Transfers;

namespace Hub.Cli.Output;

/// <summary>The one place where a failed call becomes words and an exit code.</summary>
internal static class FailurePrinter
{
    private const string Trailer = "hub-failure-bin";

    public static int Print(CliContext context, Exception error)
    {
        switch (error)
        {
            case CliException own:
                context.Error.WriteLine($"hub: {own.Message}");
                return own.Code;
            case RpcException { StatusCode: StatusCode.Unavailable } unreachable when unreachable.Trailers.GetValueBytes(Trailer) is null:
                context.Error.WriteLine($"hub: the hub cannot be reached ({unreachable.Status.Detail}); start a local one with `hub up`, or correct the address with `hub configure`");
                return ExitCode.Unreachable;
            case RpcException { StatusCode: StatusCode.Unimplemented }:
                context.Error.WriteLine("hub: this hub does not know the call: client and server are of different versions; `hub doctor` shows both");
                return ExitCode.Refused;
            case RpcException refused:
                context.Error.WriteLine(refused.Trailers.GetValueBytes(Trailer) is { } bytes ? Words.Failure(Failure.Parser.ParseFrom(bytes)) : $"hub: {refused.Status.Detail}");
                return ExitCode.Refused;
            case TransferException transfer:
                context.Error.WriteLine($"hub: {transfer.Message}");
                return ExitCode.Refused;
            default:
                context.Error.WriteLine($"hub: {error.Message}");
                return ExitCode.Refused;
        }
    }
}
