using System.CommandLine;

namespace Hub.Cli.Convert;

/// <summary><c>hub convert</c>: converts a file here and now, without a server or an account.</summary>
internal static class ConvertCommand
{
    private static readonly Argument<FileInfo> s_input = new("IN") { Description = "The model: .onnx, .pt2, .pt or an archive of one." };
    private static readonly Option<FileInfo> s_output = new("--output", "-o") { Description = "The product's file; its ending says the target when --target_runtime does not.", Required = true };
    private static readonly Option<string?> s_target = new("--target_runtime") { Description = "tflite, onnx, qnn_dlc, qnn_context_binary or precompiled_qnn_onnx." };
    private static readonly Option<string[]> s_inputs = new("--input") { Description = "NAME:SHAPE[:DTYPE], e.g. image:1x3x224x224:float32; may be repeated." };
    private static readonly Option<string> s_options = new("--options") { Description = "Compile options as of a compile job, e.g. \"--truncate_64bit_io\".", DefaultValueFactory = _ => "" };
    private static readonly Option<FileInfo?> s_report = new("--report") { Description = "Write the conversion report (JSON) here." };
    private static readonly Option<bool> s_noVerify = new("--no-verify") { Description = "Do not run source and product on the same inputs to compare them." };

    private static readonly Option<string[]> s_deviceAttributes = new("--device-attr") { Description = "The chip of a QNN product, e.g. chipset:qualcomm-snapdragon-8gen3 or soc-model:57; repeated for several chips in one file." };
    private static readonly Option<string?> s_minRuntime = new("--min-runtime") { Description = "The oldest TensorFlow Lite runtime that the product must run on, e.g. 2.9; 2.17 if not given." };
    private static readonly Option<string[]> s_dumpAfter = new("--dump-after") { Description = "Print the graph after this pass of the TensorFlow Lite converter (or all) to standard error; may be repeated." };

    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("convert", """
            Convert a model offline.

            Examples:
              hub convert model.onnx -o model.tflite
              hub convert model.onnx -o fixed.onnx --input image:1x3x224x224
              hub convert model.onnx -o model.bin --target_runtime qnn_context_binary --device-attr soc-model:57
            """)
        {
            s_input, s_output, s_target, s_inputs, s_options, s_report, s_noVerify, s_minRuntime, s_dumpAfter, s_deviceAttributes,
        };
        command.SetAction((parsed, cancellation) => new Conversion(
            new ConvertRequest(
                parsed.GetRequiredValue(s_input).FullName,
                parsed.GetRequiredValue(s_output).FullName,
                parsed.GetValue(s_target),
                parsed.GetValue(s_inputs) ?? [],
                parsed.GetRequiredValue(s_options),
                parsed.GetValue(s_report)?.FullName,
                !parsed.GetValue(s_noVerify),
                parsed.GetValue(CommandParts.Json)) { MinRuntime = parsed.GetValue(s_minRuntime), DumpAfter = parsed.GetValue(s_dumpAfter) ?? [], DeviceAttributes = parsed.GetValue(s_deviceAttributes) ?? [] },
            output,
            error).RunAsync(cancellation));
        return command;
    }
}
