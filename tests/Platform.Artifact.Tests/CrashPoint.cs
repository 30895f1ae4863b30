using System.Reflection;

namespace Platform.Artifact.Tests;

/// <summary>The process ended here.</summary>
public sealed class CrashedException : Exception;

/// <summary>Ends the work before or after the call with a number: 2n is before the n-th call, 2n + 1 after it.</summary>
public sealed class CrashPoint(int at)
{
    private int _passed;

    public void Pass()
    {
        if (Interlocked.Increment(ref _passed) - 1 >= at)
        {
            throw new CrashedException();
        }
    }
}

/// <summary>Hands every call on to the real thing, unless the process is over.</summary>
public class Crashing<T> : DispatchProxy
    where T : class
{
    private T? _inner;
    private CrashPoint? _crash;

    public static T Wrap(T inner, CrashPoint crash)
    {
        var proxy = Create<T, Crashing<T>>();
        var self = (Crashing<T>)(object)proxy;
        (self._inner, self._crash) = (inner, crash);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.IsSpecialName || !typeof(Task).IsAssignableFrom(targetMethod.ReturnType))
        {
            return targetMethod.Invoke(_inner, args);
        }

        _crash!.Pass();
        var task = (Task)targetMethod.Invoke(_inner, args)!;
        return targetMethod.ReturnType == typeof(Task)
            ? AfterAsync(task)
            : typeof(Crashing<T>).GetMethod(nameof(AfterResultAsync), BindingFlags.Instance | BindingFlags.NonPublic)!.MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()[0]).Invoke(this, [task]);
    }

    private async Task AfterAsync(Task task)
    {
        await task;
        _crash!.Pass();
    }

    private async Task<TResult> AfterResultAsync<TResult>(Task task)
    {
        var result = await (Task<TResult>)task;
        _crash!.Pass();
        return result;
    }
}
