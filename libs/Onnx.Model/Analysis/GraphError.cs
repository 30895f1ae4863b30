namespace Onnx.Model.Analysis;

/// <summary>Why a graph cannot be analysed: what a reader of the file alone cannot see.</summary>
public enum GraphError
{
    /// <summary>No rule knows the operator in this domain and version.</summary>
    UnknownOperator,
    /// <summary>A node reads a value that nothing gives, or nodes depend on each other in a circle.</summary>
    UndefinedValue,
    /// <summary>Two nodes give the same value.</summary>
    DuplicateValue,
    /// <summary>A required input or attribute is missing, or its value is outside what the operator allows.</summary>
    InvalidNode,
    /// <summary>The shapes or types of a node's inputs do not fit each other.</summary>
    ShapeMismatch,
    /// <summary>A symbolic dimension grew beyond every real model.</summary>
    ShapeTooComplex,
    /// <summary>An old form of an operator that has no exact equivalent in opset 21.</summary>
    ObsoleteForm,
    /// <summary>Functions that call each other without end, or nest too deep.</summary>
    RecursiveFunction,
    /// <summary>The model imports no operator set that its nodes need.</summary>
    MissingOpset,
}

/// <summary>A node or graph that breaks the ONNX specification, or that these rules do not cover.</summary>
/// <param name="error">Which kind.</param>
/// <param name="message">What is wrong, in a sentence.</param>
public sealed class OnnxGraphException(GraphError error, string message) : Exception(message)
{
    /// <summary>Which kind.</summary>
    public GraphError Error { get; } = error;
}

/// <summary>A problem found at a node; analysis went on with the others.</summary>
/// <param name="Error">Which kind.</param>
/// <param name="Node">The node's name, or its first output's.</param>
/// <param name="OpType">Its operator.</param>
/// <param name="Message">What is wrong.</param>
public sealed record GraphProblem(GraphError Error, string Node, string OpType, string Message);
