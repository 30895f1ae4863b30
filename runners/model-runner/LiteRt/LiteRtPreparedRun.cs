using Runner.Model.Runtimes;

namespace Runner.Model.LiteRt;

/// <summary>A run on buffers that are filled already.</summary>
internal sealed unsafe class LiteRtPreparedRun(LiteRtLibrary library, nint compiled, nint[] inputs, nint[] outputs) : PreparedRun
{
    public override void Invoke()
    {
        fixed (nint* first = inputs, result = outputs)
        {
            LiteRtLibrary.Check(library.RunCompiledModel(compiled, 0, (nuint)inputs.Length, first, (nuint)outputs.Length, result), "MODEL_RUN_FAILED", "the run failed");
        }
    }

    public override void Dispose()
    {
        foreach (nint buffer in inputs.Concat(outputs))
        {
            library.DestroyTensorBuffer(buffer);
        }
    }
}
