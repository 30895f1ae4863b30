using System.Collections.Concurrent;
using System.Diagnostics;

namespace Platform.Sandbox.Processes;

/// <summary>
/// Starts every sandboxed process from one thread that lives as long as this process: the kernel kills a child that asked
/// to die with its parent as soon as the thread that forked it ends, and pool threads end when they are idle.
/// </summary>
internal static class ForkThread
{
    private static readonly BlockingCollection<Action> s_work = [];

    static ForkThread()
    {
        var thread = new Thread(() =>
        {
            foreach (var work in s_work.GetConsumingEnumerable())
            {
                work();
            }
        })
        { IsBackground = true, Name = "sandbox fork" };
        thread.Start();
    }

    public static Task StartAsync(Process process)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        s_work.Add(() =>
        {
            try
            {
                process.Start();
                started.SetResult();
            }
            catch (Exception error) when (error is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
            {
                started.SetException(error);
            }
        });
        return started.Task;
    }
}
