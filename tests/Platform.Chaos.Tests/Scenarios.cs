using Platform.Chaos.Tests.Faults;

namespace Platform.Chaos.Tests;

/// <summary>The table.</summary>
internal static class Scenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(1, "gateway killed between commit and reply", Stage.Farm, GatewayFaults.KilledBetweenCommitAndReplyAsync),
        new(2, "artifact service killed during an upload", Stage.Farm, GatewayFaults.KilledDuringUploadAsync),
        new(3, "upload damaged on its way", Stage.Own, GatewayFaults.UploadDamagedAsync),
        new(4, "upload fills the disk", Stage.Own, GatewayFaults.DiskFullAsync),
        new(5, "broker killed between device and run", Stage.Farm, BrokerFaults.KilledBetweenDeviceAndRunAsync),
        new(6, "broker killed with a long queue", Stage.Own, QueueFaults.KilledWithALongQueueAsync),
        new(7, "two brokers decide at once", Stage.Farm, BrokerFaults.TwoAtOnceAsync),
        new(8, "build node killed while it compiles", Stage.Farm, WorkerFaults.BuildNodeKilledAsync),
        new(9, "farm host killed during a run", Stage.Farm, WorkerFaults.HostKilledAsync),
        new(10, "device unplugged during a run", Stage.PlainFarm, DeviceFaults.UnpluggedAsync),
        new(11, "device comes and goes", Stage.Farm, DeviceFaults.FlapsAsync),
        new(12, "farm host stands still for 90 s", Stage.PlainFarm, WorkerFaults.HostPausedAsync),
        new(13, "farm host cut off from the broker", Stage.PlainFarm, WorkerFaults.HostPartitionedAsync),
        new(14, "answer to a run's report lost five times", Stage.Farm, WorkerFaults.ReportAnswersLostAsync),
        new(15, "message broker killed under load", Stage.Farm, BusFaults.KilledUnderLoadAsync),
        new(16, "message broker away for two minutes", Stage.Farm, BusFaults.AwayAsync),
        new(17, "message broker blocks its publishers", Stage.Farm, BusFaults.BlockedAsync),
        new(18, "messages ten times, shuffled and late", Stage.Farm, BusFaults.RepeatedAsync),
        new(19, "messages that nobody can read", Stage.Farm, BusFaults.PoisonAsync),
        new(20, "store's answers lost after the write", Stage.Farm, StoreFaults.AnswersLostAsync),
        new(21, "store's process killed in its commit", Stage.Own, StoreFaults.KilledInCommitAsync),
        new(22, "flush to the disk fails", Stage.Own, StoreFaults.FlushFailsAsync),
        new(23, "clocks of nodes wrong by ten minutes, and stepping", Stage.Farm, ClockFaults.NodesWrongAsync),
        new(24, "converter needs too much memory", Stage.Farm, ConverterFaults.MemoryAsync),
        new(25, "converter hangs", Stage.Farm, ConverterFaults.HangsAsync),
        new(26, "converter crashes again and again", Stage.Farm, ConverterFaults.CrashesAsync),
        new(27, "converter attacks its node", Stage.Farm, ConverterFaults.AttacksAsync),
        new(28, "files made to harm", Stage.Farm, ConverterFaults.CraftedFilesAsync),
        new(29, "cancelled in every phase", Stage.Farm, CancelFaults.StormAsync),
        new(30, "one tenant floods the hub", Stage.Own, QueueFaults.FloodedAsync),
    ];
}
