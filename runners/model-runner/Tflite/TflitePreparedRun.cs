using Runner.Model.Runtimes;

namespace Runner.Model.Tflite;

/// <summary>A run whose input tensors are filled already.</summary>
internal sealed unsafe class TflitePreparedRun(TfliteLibrary library, nint interpreter) : PreparedRun
{
    public override void Invoke()
    {
        if (library.Invoke(interpreter) != 0)
        {
            throw new RunnerException("MODEL_RUN_FAILED", $"the run failed: {ErrorMessages.Take()}");
        }
    }

    public override void Dispose()
    {
        // The interpreter owns the tensors; the session owns the interpreter.
    }
}
