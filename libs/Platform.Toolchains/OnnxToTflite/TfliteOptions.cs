using Onnx.Model;
using Onnx.Tflite;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.OnnxToTflite;

/// <summary>AI Hub's compile options as the converter's.</summary>
internal static class TfliteOptions
{
    public static ConvertOptions Of(StepContext context) => new()
    {
        InputShapes = context.Inputs.ToDictionary(spec => spec.Name, spec => spec.Shape.ToArray()),
        OutputNames = context.Options.Names("output_names"),
        ChannelLastInputs = context.Options.Names("force_channel_last_input"),
        ChannelLastOutputs = context.Options.Names("force_channel_last_output"),
        Truncate64BitIo = context.Options.Flag("truncate_64bit_io"),
        Truncate64BitTensors = context.Options.Flag("truncate_64bit_tensors"),
        AllowFloat32ForFloat16 = context.Options.Flag("allow_float32_for_float16"),
        QuantizeIo = context.Options.Flag("quantize_io"),
        QuantizeIoDataType = context.Options.Text("quantize_io_type") is { } name && DataTypes.TryParseNumpyName(name, out var type) ? type : null,
        MinRuntime = RuntimeVersionNumber.TryParse(context.Options.Text("min_runtime")!, out var runtime) ? runtime : RuntimeVersionNumber.Default,
        Dump = context.Dump,
    };
}
