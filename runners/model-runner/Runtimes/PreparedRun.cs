namespace Runner.Model.Runtimes;

/// <summary>A run whose inputs are in place: invoking it is the runtime's own call and nothing else, so that it can be timed.</summary>
internal abstract class PreparedRun : IDisposable
{
    public abstract void Invoke();

    public abstract void Dispose();
}
