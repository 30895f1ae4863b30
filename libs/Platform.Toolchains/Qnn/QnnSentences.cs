using Platform.Budgets;
using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains.Qnn;

/// <summary>What ONNX Runtime and the vendor's libraries say when they fail, with the code of each sentence.</summary>
[DataTable("One row a sentence, most telling first.")]
internal static class QnnSentences
{
    private static readonly (string Text, FailureCode Code, string Message)[] s_known =
    [
        ("request feature arch", FailureCode.QnnArchTooNew, "the binary needs a newer Hexagon architecture than the device has"),
        ("QNN_DEVICE_ERROR_INVALID_CONFIG", FailureCode.QnnSocUnknown, "the vendor's library does not know the chip"),
        ("Unable to load backend", FailureCode.RuntimeMissing, "a library of the QNN package does not load"),
        ("INCOMPATIBLE_BINARIES", FailureCode.QnnBinaryIncompatible, "the runtime does not take the binary"),
        ("code: 1008", FailureCode.QnnBinaryIncompatible, "the runtime does not take the binary"),
        ("Compatible cache not found", FailureCode.QnnEmulatorCannot, "the binary holds caches for several chips, and none is for this machine"),
        ("Empty cache file encountered", FailureCode.QnnBinaryDamaged, "the context binary is empty"),
        ("Failed to get context binary info", FailureCode.QnnBinaryDamaged, "the context binary is damaged"),
        ("The file path in ep_cache_context does not exist", FailureCode.QnnBinaryDamaged, "the context binary is not beside the model that names it"),
        ("node name not exists in table", FailureCode.QnnBinaryDamaged, "the context binary has no graph of the name that the model asks for"),
        ("Failed to load from EpContext model", FailureCode.QnnBinaryDamaged, "the context binary cannot be loaded"),
        ("binary's metadata are of version", FailureCode.QnnVersionMismatch, "the binary was made by a version that the mounted one does not read"),
        ("QnnSystemContext_getMetadata", FailureCode.QnnBinaryDamaged, "the file is no context binary, or is cut short"),
        ("QnnSystemDlc_createFromFile", FailureCode.ModelUnreadable, "the file is no DLC"),
        ("Graph name is a duplicate", FailureCode.QnnGraphNameTaken, "two models have the same graph name"),
        ("QnnSystemDlc_composeGraphs answered", FailureCode.ModelUnreadable, "the graphs of the DLC cannot be composed"),
        ("Failed to compose Qnn graph", FailureCode.QnnGraphNameTaken, "two models have the same graph name"),
        ("Failed to finalize QNN graph", FailureCode.QnnFinalizeFailed, "the vendor's compiler failed to finish the graph (QNN 1002)"),
        ("QnnGraph_finalize failed", FailureCode.QnnFinalizeFailed, "the vendor's compiler failed to finish the graph (QNN 1002)"),
        ("code: 3110", FailureCode.QnnUnsupported, "the Hexagon processor cannot compute an operator of the model (QNN 3110)"),
        ("floating-point type which is not supported by the targeted device", FailureCode.QnnFloatUnsupported, "the chip's Hexagon processor computes with integers only"),
        ("Unsupported FP64 data type", FailureCode.QnnTypeUnsupported, "the model computes with float64, which no Hexagon processor has"),
        ("explicitly disabled", FailureCode.QnnUnsupported, "the Hexagon processor cannot compute every operator of the model"),
        ("Unable to compile any nodes", FailureCode.QnnUnsupported, "the Hexagon processor can compute no operator of the model"),
        ("was not selected by that EP", FailureCode.QnnUnsupported, "the Hexagon processor cannot compute every operator of the model"),
        ("Protobuf parsing failed", FailureCode.ModelUnreadable, "the file is no ONNX model, or is cut short"),
        ("No graph was found in the protobuf", FailureCode.ModelUnreadable, "the file is empty"),
        ("No Op registered for", FailureCode.QnnUnsupported, "the model has an operator that ONNX Runtime does not know"),
        ("ErrorCode:NoSuchFile", FailureCode.ModelUnreadable, "the model's file, or one that it names, is missing"),
        ("ErrorCode:InvalidArgument", FailureCode.ModelUnreadable, "ONNX Runtime refuses the model"),
        ("NO_SUCHFILE", FailureCode.ModelUnreadable, "the model's file, or one that it names, is missing"),
        ("INVALID_ARGUMENT", FailureCode.ModelUnreadable, "ONNX Runtime refuses the model"),
        ("is not a registered function/op", FailureCode.QnnUnsupported, "the model has an operator that ONNX Runtime does not know"),
        ("is under development", FailureCode.ModelUnreadable, "the model's operator set is newer than ONNX Runtime knows"),
        ("Unsupported model IR version", FailureCode.ModelUnreadable, "the model's file format is newer than ONNX Runtime knows"),
        ("Failed to open context cache file", FailureCode.DiskFull, "the product could not be written"),
    ];

    /// <summary>The code of a failure and a sentence in our words; null for what nobody has seen yet.</summary>
    /// <param name="text">The exception's text, with what was printed beside it.</param>
    public static (FailureCode Code, string Message)? Find(string text)
    {
        int known = Array.FindIndex(s_known, entry => text.Contains(entry.Text, StringComparison.OrdinalIgnoreCase));
        return known >= 0 ? (s_known[known].Code, s_known[known].Message) : null;
    }
}
