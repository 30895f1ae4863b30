using Onnx.Tflite.Schema;

namespace Onnx.Tflite;

/// <summary>Names of TensorFlow Lite's builtin operators.</summary>
public static class TfliteOperatorName
{
    /// <summary>The name of a code as the schema spells it (<c>CONV_2D</c>).</summary>
    /// <param name="builtinCode">BuiltinOperator of the schema, version 3.</param>
    public static string Of(int builtinCode) => OperatorNames.OfNumber(builtinCode);
}
