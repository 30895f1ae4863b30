using System.Runtime.InteropServices;
using Runner.Model.Runtimes;

namespace Runner.Model.Tflite;

/// <summary>The functions of TensorFlow Lite's C API that this runner calls.</summary>
internal sealed unsafe class TfliteLibrary
{
    private static TfliteLibrary? s_loaded;

    private TfliteLibrary(nint handle)
    {
        GetVersion = (delegate* unmanaged<byte*>)Export(handle, "TfLiteVersion");
        ModelCreateFromFile = (delegate* unmanaged<byte*, nint>)Export(handle, "TfLiteModelCreateFromFile");
        ModelDelete = (delegate* unmanaged<nint, void>)Export(handle, "TfLiteModelDelete");
        OptionsCreate = (delegate* unmanaged<nint>)Export(handle, "TfLiteInterpreterOptionsCreate");
        OptionsDelete = (delegate* unmanaged<nint, void>)Export(handle, "TfLiteInterpreterOptionsDelete");
        OptionsSetNumThreads = (delegate* unmanaged<nint, int, void>)Export(handle, "TfLiteInterpreterOptionsSetNumThreads");
        OptionsAddDelegate = (delegate* unmanaged<nint, nint, void>)Export(handle, "TfLiteInterpreterOptionsAddDelegate");
        OptionsSetErrorReporter =
            (delegate* unmanaged<nint, delegate* unmanaged<nint, byte*, nint, void>, nint, void>)Export(handle, "TfLiteInterpreterOptionsSetErrorReporter");
        InterpreterCreate = (delegate* unmanaged<nint, nint, nint>)Export(handle, "TfLiteInterpreterCreate");
        InterpreterDelete = (delegate* unmanaged<nint, void>)Export(handle, "TfLiteInterpreterDelete");
        AllocateTensors = (delegate* unmanaged<nint, int>)Export(handle, "TfLiteInterpreterAllocateTensors");
        Invoke = (delegate* unmanaged<nint, int>)Export(handle, "TfLiteInterpreterInvoke");
        GetInputTensorCount = (delegate* unmanaged<nint, int>)Export(handle, "TfLiteInterpreterGetInputTensorCount");
        GetOutputTensorCount = (delegate* unmanaged<nint, int>)Export(handle, "TfLiteInterpreterGetOutputTensorCount");
        GetInputTensor = (delegate* unmanaged<nint, int, nint>)Export(handle, "TfLiteInterpreterGetInputTensor");
        GetOutputTensor = (delegate* unmanaged<nint, int, nint>)Export(handle, "TfLiteInterpreterGetOutputTensor");
        ResizeInputTensor = (delegate* unmanaged<nint, int, int*, int, int>)Export(handle, "TfLiteInterpreterResizeInputTensor");
        TensorType = (delegate* unmanaged<nint, int>)Export(handle, "TfLiteTensorType");
        TensorNumDims = (delegate* unmanaged<nint, int>)Export(handle, "TfLiteTensorNumDims");
        TensorDim = (delegate* unmanaged<nint, int, int>)Export(handle, "TfLiteTensorDim");
        TensorByteSize = (delegate* unmanaged<nint, nuint>)Export(handle, "TfLiteTensorByteSize");
        TensorName = (delegate* unmanaged<nint, byte*>)Export(handle, "TfLiteTensorName");
        TensorData = (delegate* unmanaged<nint, void*>)Export(handle, "TfLiteTensorData");
        TensorQuantizationParams = (delegate* unmanaged<nint, QuantizationParams>)Export(handle, "TfLiteTensorQuantizationParams");
        XnnpackOptionsDefault = (delegate* unmanaged<XnnpackOptions>)Export(handle, "TfLiteXNNPackDelegateOptionsDefault");
        XnnpackCreate = (delegate* unmanaged<XnnpackOptions*, nint>)Export(handle, "TfLiteXNNPackDelegateCreate");
        XnnpackDelete = (delegate* unmanaged<nint, void>)Export(handle, "TfLiteXNNPackDelegateDelete");
    }

    public delegate* unmanaged<byte*> GetVersion { get; }

    public delegate* unmanaged<byte*, nint> ModelCreateFromFile { get; }

    public delegate* unmanaged<nint, void> ModelDelete { get; }

    public delegate* unmanaged<nint> OptionsCreate { get; }

    public delegate* unmanaged<nint, void> OptionsDelete { get; }

    public delegate* unmanaged<nint, int, void> OptionsSetNumThreads { get; }

    public delegate* unmanaged<nint, nint, void> OptionsAddDelegate { get; }

    public delegate* unmanaged<nint, delegate* unmanaged<nint, byte*, nint, void>, nint, void> OptionsSetErrorReporter { get; }

    public delegate* unmanaged<nint, nint, nint> InterpreterCreate { get; }

    public delegate* unmanaged<nint, void> InterpreterDelete { get; }

    public delegate* unmanaged<nint, int> AllocateTensors { get; }

    public delegate* unmanaged<nint, int> Invoke { get; }

    public delegate* unmanaged<nint, int> GetInputTensorCount { get; }

    public delegate* unmanaged<nint, int> GetOutputTensorCount { get; }

    public delegate* unmanaged<nint, int, nint> GetInputTensor { get; }

    public delegate* unmanaged<nint, int, nint> GetOutputTensor { get; }

    public delegate* unmanaged<nint, int, int*, int, int> ResizeInputTensor { get; }

    public delegate* unmanaged<nint, int> TensorType { get; }

    public delegate* unmanaged<nint, int> TensorNumDims { get; }

    public delegate* unmanaged<nint, int, int> TensorDim { get; }

    public delegate* unmanaged<nint, nuint> TensorByteSize { get; }

    public delegate* unmanaged<nint, byte*> TensorName { get; }

    public delegate* unmanaged<nint, void*> TensorData { get; }

    public delegate* unmanaged<nint, QuantizationParams> TensorQuantizationParams { get; }

    public delegate* unmanaged<XnnpackOptions> XnnpackOptionsDefault { get; }

    public delegate* unmanaged<XnnpackOptions*, nint> XnnpackCreate { get; }

    public delegate* unmanaged<nint, void> XnnpackDelete { get; }

    public string Version => Marshal.PtrToStringUTF8((nint)GetVersion()) ?? "";

    /// <summary>Loads the library once.</summary>
    public static TfliteLibrary Load(string given) =>
        s_loaded ??= new TfliteLibrary(NativeLibraries.Load(given, "HUB_TFLITE_LIB", "tflite", "libtensorflowlite_c.so"));

    private static nint Export(nint handle, string name) => NativeLibrary.TryGetExport(handle, name, out nint address)
        ? address
        : throw new RunnerException("RUNTIME_MISSING", $"the TensorFlow Lite library has no {name}");
}

/// <summary>TfLiteQuantizationParams.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct QuantizationParams
{
    public float Scale;
    public int ZeroPoint;
}

/// <summary>TfLiteXNNPackDelegateOptions of 2.9.0: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct XnnpackOptions
{
    public int Threads;
    public uint Flags;
    public nint WeightsCache;
}
