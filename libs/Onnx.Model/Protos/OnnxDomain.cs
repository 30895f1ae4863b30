namespace Onnx.Model;

/// <summary>Operator domains.</summary>
public static class OnnxDomain
{
    /// <summary>The standard operators; written as the empty string in files.</summary>
    public const string Standard = "";

    /// <summary>Classic machine learning operators.</summary>
    public const string MachineLearning = "ai.onnx.ml";

    /// <summary>ONNX Runtime's contributed operators.</summary>
    public const string Microsoft = "com.microsoft";

    /// <summary>Maps the long name of the standard domain (<c>ai.onnx</c>) to the empty string.</summary>
    public static string Normalize(string domain) => domain == "ai.onnx" ? Standard : domain;
}
