namespace Onnx.Model.Analysis;

/// <summary>
/// Nodes of hostile files break every assumption: inputs are missing, attributes have other kinds, numbers overflow. Rules read
/// nodes plainly, and where one runs off a node, the node is what is wrong.
/// </summary>
public static class MalformedNode
{
    /// <summary>Whether an exception is what reading a malformed node ends in.</summary>
    public static bool IsCause(Exception problem) =>
        problem is IndexOutOfRangeException or ArgumentException or OverflowException or InvalidCastException or InvalidOperationException or KeyNotFoundException or DivideByZeroException or NullReferenceException or FormatException;

    /// <summary>The refusal that says so.</summary>
    public static OnnxGraphException Of(Exception problem) =>
        new(GraphError.InvalidNode, $"the node's inputs or attributes are not those of its operator ({problem.GetType().Name})");
}
