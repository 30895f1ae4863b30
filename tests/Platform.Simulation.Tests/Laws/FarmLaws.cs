using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.Simulation.Tests.Stores;

namespace Platform.Simulation.Tests.Laws;

/// <summary>What holds for devices and runs after every write of them.</summary>
internal sealed class FarmLaws(Ledger ledger)
{
    public void CheckDevice(Commit commit)
    {
        var after = Documents.Read<StoredDevice>(commit.After!);
        if (commit.Before is not { } old)
        {
            return;
        }

        var before = Documents.Read<StoredDevice>(old);
        ledger.Require(after.Epoch >= before.Epoch, "L4: the epoch of a device never falls", () => $"{after.Id}: {before.Epoch} -> {after.Epoch}");
        if (after.RunId is { } run && after.State == DeviceState.Reserved && after.Epoch != before.Epoch)
        {
            ledger.Require(before.State == DeviceState.Idle, "I1: only an idle device is reserved", () => $"{after.Id} was {before.State} when {run} got it");
            ledger.Reserved(after.Id, after.Epoch, run);
        }

        ledger.Require(
            after.RunId is null || after.RunId == before.RunId || after.Epoch > before.Epoch, "L4: the epoch of a device rises with every run", () => $"{after.Id}: {before.RunId} -> {after.RunId} under {after.Epoch}");
        bool free = after.State == DeviceState.Idle || after.Epoch != before.Epoch;
        ledger.Require(!free || ledger.LiveOn(after.Id) is null, "I1: a device is free only when nothing runs on it", () => $"{after.Id} is {after.State} under epoch {after.Epoch} while {ledger.LiveOn(after.Id)!.Id} is on it under {ledger.LiveOn(after.Id)!.Epoch}");
    }

    public void CheckRun(Commit commit)
    {
        if (commit.Before is null || commit.After is null)
        {
            return;
        }

        var (before, after) = (Documents.Read<StoredRun>(commit.Before), Documents.Read<StoredRun>(commit.After));
        ledger.Require(!before.HasEnded || (before.Phase, before.Result, before.Failure) == (after.Phase, after.Result, after.Failure), "I2: the end of a run is final", () => $"{after.Id}: {before.Phase} -> {after.Phase}");
        ledger.Require(before.DeviceEpoch == 0 || before.DeviceEpoch == after.DeviceEpoch, "a run stays on its device", () => $"{after.Id}: {before.DeviceEpoch} -> {after.DeviceEpoch}");
        if (after.Phase == RunPhase.Succeeded && before.Phase != after.Phase)
        {
            string made = Ledger.TagOf(after.Id, (uint)after.DeviceEpoch);
            ledger.Require(after.Result!.Contains(made, StringComparison.Ordinal), "I4: a result is of the epoch that was granted", () => $"{after.Id} under device epoch {after.DeviceEpoch} takes {after.Result}");
        }
    }
}
