using Platform.Sandbox.Gate;

namespace Platform.Compiler.Work;

/// <summary>Lets a step run while nothing is measured on this machine.</summary>
internal sealed class StepGate(MeasurementGate gate)
{
    /// <summary>Waits until nobody measures; the step runs until the share is disposed.</summary>
    public Task<IDisposable> EnterAsync(WorkLog log, CancellationToken cancellation)
    {
        var share = gate.ShareAsync(cancellation);
        if (!share.IsCompleted)
        {
            log.Line("waiting: a measurement runs on this machine");
        }

        return share;
    }
}
