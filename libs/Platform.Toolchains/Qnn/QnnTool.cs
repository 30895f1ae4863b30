using Google.Protobuf;
using Platform.Contracts.Runner.V1;
using Platform.Mounts;
using Platform.Sandbox;

namespace Platform.Toolchains.Qnn;

/// <summary>The program <c>qnn-step</c> with the package it loads: a child process in the sandbox for each request.</summary>
/// <param name="Program">The executable.</param>
/// <param name="Package">The package.</param>
public sealed record QnnTool(string Program, QnnPackage Package)
{
    private const int LargestResponse = 16 << 20;
    private const string RequestFile = "qnn.request";
    private const string ResponseFile = "qnn.response";

    /// <summary>Does one request.</summary>
    /// <param name="request">The request; its paths are relative to <paramref name="folder"/>.</param>
    /// <param name="workFolder">The folder that the child may write.</param>
    /// <param name="folder">Where the child works: a fresh folder in the work folder.</param>
    /// <param name="limits">Bounds of the child.</param>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="log">Hears what it prints.</param>
    /// <param name="cancellation">Ends the child.</param>
    public async Task<QnnRun> RunAsync(
        QnnRequest request, string workFolder, string folder, SandboxLimits limits, ISandbox sandbox, Action<string> log, CancellationToken cancellation)
    {
        (request.Plugin, request.Libraries) = (Package.Libraries, Package.Libraries);
        await File.WriteAllBytesAsync(Path.Combine(folder, RequestFile), request.ToByteArray(), cancellation);
        var words = new QnnWords(log);
        var child = new SandboxRequest(Program, [], workFolder, limits) { ReadOnly = [Package.Root], OutputLine = words.Add, ErrorLine = words.Add };
        string inside = Path.Combine(sandbox.WorkFolderOf(child), Path.GetRelativePath(workFolder, folder), RequestFile);
        var ended = await sandbox.RunAsync(child with { Arguments = [inside] }, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (!ended.Succeeded || Read(folder) is not { } response)
        {
            return new QnnRun(null, [QnnFailures.OfEnd(ended, words)], ended);
        }

        return new QnnRun(response, QnnFailures.OfResponse(response, words), ended);
    }

    // The file is the child's: nothing about it is taken on trust.
    private static QnnResponse? Read(string folder)
    {
        using var stream = OutputFile.TryOpen(folder, ResponseFile, LargestResponse);
        try
        {
            return stream is null ? null : QnnResponse.Parser.ParseFrom(stream);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}

/// <summary>The end of a request.</summary>
/// <param name="Response">What the child answered; null when it did not.</param>
/// <param name="Refusals">Why there is no product; empty when there is one.</param>
/// <param name="Ended">How the child ended.</param>
public sealed record QnnRun(QnnResponse? Response, IReadOnlyList<Refusal> Refusals, SandboxResult Ended);
