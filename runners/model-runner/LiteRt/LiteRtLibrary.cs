using System.Runtime.InteropServices;
using Runner.Model.Runtimes;

namespace Runner.Model.LiteRt;

/// <summary>The functions of libLiteRt.so 2.x that this runner calls; the facts are those of its C headers.</summary>
internal sealed unsafe class LiteRtLibrary
{
    private static LiteRtLibrary? s_loaded;

    private LiteRtLibrary(nint handle)
    {
        CreateEnvironment = (delegate* unmanaged<int, void*, nint*, int>)Export(handle, "LiteRtCreateEnvironment");
        CreateModelFromFile = (delegate* unmanaged<nint, byte*, nint*, int>)Export(handle, "LiteRtCreateModelFromFile");
        DestroyModel = (delegate* unmanaged<nint, void>)Export(handle, "LiteRtDestroyModel");
        GetModelSubgraph = (delegate* unmanaged<nint, nuint, nint*, int>)Export(handle, "LiteRtGetModelSubgraph");
        GetNumSubgraphInputs = (delegate* unmanaged<nint, nuint*, int>)Export(handle, "LiteRtGetNumSubgraphInputs");
        GetNumSubgraphOutputs = (delegate* unmanaged<nint, nuint*, int>)Export(handle, "LiteRtGetNumSubgraphOutputs");
        GetSubgraphInput = (delegate* unmanaged<nint, nuint, nint*, int>)Export(handle, "LiteRtGetSubgraphInput");
        GetSubgraphOutput = (delegate* unmanaged<nint, nuint, nint*, int>)Export(handle, "LiteRtGetSubgraphOutput");
        GetTensorName = (delegate* unmanaged<nint, byte**, int>)Export(handle, "LiteRtGetTensorName");
        GetRankedTensorType = (delegate* unmanaged<nint, RankedTensorType*, int>)Export(handle, "LiteRtGetRankedTensorType");
        GetQuantizationTypeId = (delegate* unmanaged<nint, int*, int>)Export(handle, "LiteRtGetQuantizationTypeId");
        GetPerTensorQuantization = (delegate* unmanaged<nint, PerTensorQuantization*, int>)Export(handle, "LiteRtGetPerTensorQuantization");
        CreateOptions = (delegate* unmanaged<nint*, int>)Export(handle, "LiteRtCreateOptions");
        DestroyOptions = (delegate* unmanaged<nint, void>)Export(handle, "LiteRtDestroyOptions");
        SetOptionsHardwareAccelerators = (delegate* unmanaged<nint, int, int>)Export(handle, "LiteRtSetOptionsHardwareAccelerators");
        CreateOpaqueOptions = (delegate* unmanaged<byte*, void*, delegate* unmanaged<void*, void>, nint*, int>)Export(handle, "LiteRtCreateOpaqueOptions");
        AddOpaqueOptions = (delegate* unmanaged<nint, nint, int>)Export(handle, "LiteRtAddOpaqueOptions");
        CreateCompiledModel = (delegate* unmanaged<nint, nint, nint, nint*, int>)Export(handle, "LiteRtCreateCompiledModel");
        DestroyCompiledModel = (delegate* unmanaged<nint, void>)Export(handle, "LiteRtDestroyCompiledModel");
        ResizeInputTensor = (delegate* unmanaged<nint, nuint, nuint, int*, nuint, int>)Export(handle, "LiteRtCompiledModelResizeInputTensor");
        GetOutputTensorLayouts = (delegate* unmanaged<nint, nuint, nuint, TensorLayout*, byte, int>)Export(handle, "LiteRtGetCompiledModelOutputTensorLayouts");
        GetInputBufferRequirements = (delegate* unmanaged<nint, nuint, nuint, nint*, int>)Export(handle, "LiteRtGetCompiledModelInputBufferRequirements");
        GetOutputBufferRequirements = (delegate* unmanaged<nint, nuint, nuint, nint*, int>)Export(handle, "LiteRtGetCompiledModelOutputBufferRequirements");
        CreateBufferFromRequirements = (delegate* unmanaged<nint, RankedTensorType*, nint, nint*, int>)Export(handle, "LiteRtCreateManagedTensorBufferFromRequirements");
        DestroyTensorBuffer = (delegate* unmanaged<nint, void>)Export(handle, "LiteRtDestroyTensorBuffer");
        GetTensorBufferSize = (delegate* unmanaged<nint, nuint*, int>)Export(handle, "LiteRtGetTensorBufferSize");
        LockTensorBuffer = (delegate* unmanaged<nint, void**, int, int>)Export(handle, "LiteRtLockTensorBuffer");
        UnlockTensorBuffer = (delegate* unmanaged<nint, int>)Export(handle, "LiteRtUnlockTensorBuffer");
        RunCompiledModel = (delegate* unmanaged<nint, nuint, nuint, nint*, nuint, nint*, int>)Export(handle, "LiteRtRunCompiledModel");
        GetErrorMessages = (delegate* unmanaged<nint, byte**, int>)Export(handle, "LiteRtCompiledModelGetErrorMessages");
        ClearErrors = (delegate* unmanaged<nint, int>)Export(handle, "LiteRtCompiledModelClearErrors");
        GetProfiler = (delegate* unmanaged<nint, nint*, int>)Export(handle, "LiteRtCompiledModelGetProfiler");
        StartProfiler = (delegate* unmanaged<nint, int>)Export(handle, "LiteRtStartProfiler");
        StopProfiler = (delegate* unmanaged<nint, int>)Export(handle, "LiteRtStopProfiler");
        GetProfileSummary = (delegate* unmanaged<nint, nint, byte**, int>)Export(handle, "LiteRtGetProfileSummary");
        nint environment;
        Check(CreateEnvironment(0, null, &environment), "RUNTIME_MISSING", "LiteRT gives no environment");
        Environment = environment;
    }

    /// <summary>One environment for the life of the process.</summary>
    public nint Environment { get; }

    public delegate* unmanaged<int, void*, nint*, int> CreateEnvironment { get; }

    public delegate* unmanaged<nint, byte*, nint*, int> CreateModelFromFile { get; }

    public delegate* unmanaged<nint, void> DestroyModel { get; }

    public delegate* unmanaged<nint, nuint, nint*, int> GetModelSubgraph { get; }

    public delegate* unmanaged<nint, nuint*, int> GetNumSubgraphInputs { get; }

    public delegate* unmanaged<nint, nuint*, int> GetNumSubgraphOutputs { get; }

    public delegate* unmanaged<nint, nuint, nint*, int> GetSubgraphInput { get; }

    public delegate* unmanaged<nint, nuint, nint*, int> GetSubgraphOutput { get; }

    public delegate* unmanaged<nint, byte**, int> GetTensorName { get; }

    public delegate* unmanaged<nint, RankedTensorType*, int> GetRankedTensorType { get; }

    public delegate* unmanaged<nint, int*, int> GetQuantizationTypeId { get; }

    public delegate* unmanaged<nint, PerTensorQuantization*, int> GetPerTensorQuantization { get; }

    public delegate* unmanaged<nint*, int> CreateOptions { get; }

    public delegate* unmanaged<nint, void> DestroyOptions { get; }

    public delegate* unmanaged<nint, int, int> SetOptionsHardwareAccelerators { get; }

    public delegate* unmanaged<byte*, void*, delegate* unmanaged<void*, void>, nint*, int> CreateOpaqueOptions { get; }

    public delegate* unmanaged<nint, nint, int> AddOpaqueOptions { get; }

    public delegate* unmanaged<nint, nint, nint, nint*, int> CreateCompiledModel { get; }

    public delegate* unmanaged<nint, void> DestroyCompiledModel { get; }

    public delegate* unmanaged<nint, nuint, nuint, int*, nuint, int> ResizeInputTensor { get; }

    public delegate* unmanaged<nint, nuint, nuint, TensorLayout*, byte, int> GetOutputTensorLayouts { get; }

    public delegate* unmanaged<nint, nuint, nuint, nint*, int> GetInputBufferRequirements { get; }

    public delegate* unmanaged<nint, nuint, nuint, nint*, int> GetOutputBufferRequirements { get; }

    public delegate* unmanaged<nint, RankedTensorType*, nint, nint*, int> CreateBufferFromRequirements { get; }

    public delegate* unmanaged<nint, void> DestroyTensorBuffer { get; }

    public delegate* unmanaged<nint, nuint*, int> GetTensorBufferSize { get; }

    public delegate* unmanaged<nint, void**, int, int> LockTensorBuffer { get; }

    public delegate* unmanaged<nint, int> UnlockTensorBuffer { get; }

    public delegate* unmanaged<nint, nuint, nuint, nint*, nuint, nint*, int> RunCompiledModel { get; }

    public delegate* unmanaged<nint, byte**, int> GetErrorMessages { get; }

    public delegate* unmanaged<nint, int> ClearErrors { get; }

    public delegate* unmanaged<nint, nint*, int> GetProfiler { get; }

    public delegate* unmanaged<nint, int> StartProfiler { get; }

    public delegate* unmanaged<nint, int> StopProfiler { get; }


    public delegate* unmanaged<nint, nint, byte**, int> GetProfileSummary { get; }

    /// <summary>Loads the library once.</summary>
    public static LiteRtLibrary Load(string given) =>
        s_loaded ??= new LiteRtLibrary(NativeLibraries.Load(given, "HUB_LITERT_LIB", "litert", "libLiteRt.so"));

    public static void Check(int status, string code, string message)
    {
        if (status != 0)
        {
            throw new RunnerException(code, $"{message} (LiteRT status {status})");
        }
    }

    private static nint Export(nint handle, string name) => NativeLibrary.TryGetExport(handle, name, out nint address)
        ? address
        : throw new RunnerException("RUNTIME_MISSING", $"the LiteRT library has no {name}: it is another version than 2.x");
}
