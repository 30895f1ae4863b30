using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.Tflite;

/// <summary>TensorFlow Lite's C API, as version 2.9.0 has it.</summary>
internal sealed class TfliteAdapter : RuntimeAdapter
{
    public override Platform.Contracts.Runner.V1.Runtime Kind => Platform.Contracts.Runner.V1.Runtime.Tflite;

    public override RuntimeVersion Probe(Settings settings) => new()
    {
        Runtime = Kind,
        Version = TfliteLibrary.Load(settings.Library).Version,
        Library = NativeLibraries.Find(settings.Library, "HUB_TFLITE_LIB", "tflite", "libtensorflowlite_c.so") ?? "",
    };

    public override ModelSession Open(string path, Settings settings, IReadOnlyList<string> extraOutputs) => extraOutputs.Count == 0
        ? TfliteSession.Open(TfliteLibrary.Load(settings.Library), path, settings)
        : throw new RunnerException("MODEL_LOAD_FAILED", "TensorFlow Lite gives no inner values; the caller adds them to the model file");

    public override OperatorPass OpenProfiled(string path, Settings settings)
    {
        var library = TfliteLibrary.Load(settings.Library);
        NodeTimer.RequireKnownLayout(library);
        return new TfliteOperatorPass(TfliteSession.Open(library, path, settings, NodeTimer.CreateDelegate()));
    }
}
