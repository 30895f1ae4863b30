using Microsoft.Extensions.Options;
using Platform.Compiler;
using Platform.Compiler.Nodes;
using Platform.Compiler.Tools;
using Platform.Compiler.Work;
using Platform.Contracts.Messages;
using Platform.Contracts.Node.V1;
using Platform.ServiceDefaults;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Work;
using Platform.Toolchains.Qnn;

namespace Platform.Simulation.Tests.Processes;

/// <summary>A build node: its loop and its way of reporting, with work that only takes time.</summary>
internal static class NodeProcess
{
    public const int Slots = 2;

    public static void Start(Surroundings world, Process process, WorkPlans plans)
    {
        string folder = Path.Combine(world.Folder, process.Name);
        var settings = Options.Create(new CompilerOptions
        {
            Name = process.Name, Slots = Slots, WorkFolder = Path.Combine(folder, "work"), Runners = world.Folder, Python = "", LiteRt = "", Tflite = "", Qnn = "", Qairt = "", Toolchains = "",
        });
        var gateway = new BuildNodes.BuildNodesClient(world.Network.From(process, "gateway"));
        var sandbox = new EmptySandbox();
        var tools = new ToolBox(sandbox, new QnnMount("", "", "", ""), settings);
        var kinds = new[] { Assignment.WorkOneofCase.Conversion, Assignment.WorkOneofCase.Inspection, Assignment.WorkOneofCase.Linking }.Select(kind => new TimedWork(kind, process, gateway, plans, world.Ledger));
        var runner = new WorkRunner(gateway, [.. kinds], new FailureMapping([]), settings, process.Clock, world.Logger<WorkRunner>(process));
        var loop = new NodeLoop(gateway, tools, runner, sandbox, settings, process.Ids, process.Clock, world.Logger<NodeLoop>(process));
        process.Start(
            async () =>
            {
                world.Bus.Listen<CompileWorkAvailable>(process, _ => loop.Wake());
                await loop.RunAsync(CancellationToken.None);
            },
            error => world.Ledger.Broken(process, error));
    }
}
