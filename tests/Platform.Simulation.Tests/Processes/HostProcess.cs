using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Messages;
using Platform.ProfilerWorker;
using Platform.ProfilerWorker.Devices;
using Platform.ProfilerWorker.Hosts;
using Platform.ProfilerWorker.Runs;
using Platform.Runners.Sandboxed;
using Platform.ServiceDefaults;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Work;

namespace Platform.Simulation.Tests.Processes;

/// <summary>A farm host with two devices: its loop and its way of reporting, with runs that only take time.</summary>
internal static class HostProcess
{
    public static void Start(Surroundings world, Process process, WorkPlans plans)
    {
        string folder = Path.Combine(world.Folder, process.Name);
        var settings = Options.Create(new WorkerOptions
        {
            Name = process.Name, WorkFolder = folder, Runners = world.Folder, Simulated = 1, Emulators = [], LiteRt = "", Tflite = "", Qnn = "", Toolchains = "",
        });
        var broker = new FarmHosts.FarmHostsClient(world.Network.From(process, "broker"));
        var sandbox = new EmptySandbox();
        string program = Path.Combine(world.Folder, "step", "step");
        var programs = new RunnerPrograms(sandbox, new SandboxedRunner(sandbox, program, new RuntimeLibraries("", "", "")), new SandboxedStep(sandbox, program));
        var memory = new HostMemory(settings);
        var devices = new HostDevices(new LocalCpu(programs, new MountedQnn("", ""), memory, settings), memory, settings);
        var staged = new StagedModels(settings, process.Clock, world.Logger<StagedModels>(process));
        var works = new[] { JobType.Profile, JobType.Inference }.Select(type => new TimedRun(type, process, broker, plans, world.Ledger));
        var executor = new RunExecutor(broker, programs, [.. works], new FailureMapping([]), settings, process.Clock, world.Logger<RunExecutor>(process));
        var loop = new HostLoop(broker, devices, memory, staged, programs, executor, settings, process.Ids, process.Clock, world.Logger<HostLoop>(process));
        process.Start(
            async () =>
            {
                world.Bus.Listen<RunWorkAvailable>(process, loop.Hear);
                await loop.RunAsync(CancellationToken.None);
            },
            error => world.Ledger.Broken(process, error));
    }
}
