namespace Onnx.Model;

/// <summary>An operator set and its version (onnx.proto <c>OperatorSetIdProto</c>).</summary>
/// <param name="Domain">Domain; empty for the standard operators (<c>ai.onnx</c> is stored as empty).</param>
/// <param name="Version">Version, &gt;= 1.</param>
public sealed record OperatorSetId(string Domain, long Version);
