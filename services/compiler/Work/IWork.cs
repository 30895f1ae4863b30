using Platform.Compiler.Nodes;
using Platform.Contracts.Node.V1;

namespace Platform.Compiler.Work;

/// <summary>One kind of work.</summary>
internal interface IWork
{
    /// <summary>The kind.</summary>
    Assignment.WorkOneofCase Kind { get; }

    /// <summary>Does it, and writes into the report what came out.</summary>
    Task RunAsync(HeldWork work, WorkFolder folder, WorkLog log, ReportRequest report);
}
