using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>One ONNX node while it is lowered.</summary>
internal sealed class LoweringNode(NodeProto node, GraphLowering graph)
{
    public NodeProto Node => node;

    public GraphBuilder B => graph.Builder;

    public GraphLowering Graph => graph;

    public ConvertOptions Options => graph.Options;

    public int InputCount => node.Inputs.Count;

    public int OutputCount => node.Outputs.Count;

    public bool Has(int i) => node.Input(i).Length > 0;

    public bool Wants(int output) => node.Output(output).Length > 0;

    /// <summary>The tensor of an input.</summary>
    public Tensor In(int i) => Has(i) ? graph.Value(node.Input(i)) : throw Invalid($"input {i} is missing");

    public Tensor? Optional(int i) => Has(i) ? In(i) : null;

    public ValueFact Fact(int i) => graph.Fact(node.Input(i));

    public ValueFact OutFact(int i) => graph.Fact(node.Output(i));

    /// <summary>Dimensions that analysis found for an output.</summary>
    public SymInt[] OutShape(int i) => OutFact(i).Shape ?? throw new RefusedException(
        ReasonCode.DynamicShape, $"the rank of output '{node.Output(i)}' is not known", "fix the input shapes with --input, or make the shape parameters constant");

    public TensorType OutType(int i) => graph.Represent(OutFact(i).Type, node.Output(i));

    /// <summary>Known integers of an input; null when it is absent or computed at run time.</summary>
    public long[]? Ints(int i)
    {
        if (!Has(i) || Fact(i).Elements is not { } elements || !Array.TrueForAll(elements, element => element.IsKnown))
        {
            return Has(i) && Fact(i).Constant is { } large && large.DataType.IsInteger() ? TensorReading.Int64s(large) : null;
        }

        return Array.ConvertAll(elements, element => element.Value);
    }

    /// <summary>Known integers of a parameter that must be constant.</summary>
    public long[] RequiredInts(int i, string what) => Ints(i) ?? throw NotConstant(what);

    /// <summary>Elements of a shape parameter, known or symbolic; null when they are only known at run time.</summary>
    public SymInt[]? Elements(int i) => Has(i) ? Fact(i).Elements : null;

    /// <summary>Known numbers of an input of any type.</summary>
    public double[]? Numbers(int i) => Has(i) && Fact(i).Constant is { } constant ? TensorReading.Doubles(constant) : null;

    public double[] RequiredNumbers(int i, string what) => Numbers(i) ?? throw NotConstant(what);

    public int Axis(long axis, int rank) => axis >= -rank && axis < Math.Max(rank, 1) ? (int)(axis < 0 ? axis + rank : axis) : throw Invalid($"axis {axis} does not exist in rank {rank}");

    /// <summary>Axes of a reduction or the like: an input, else all.</summary>
    public int[] Axes(int input, int rank, bool emptyIsAll)
    {
        long[] given = Has(input) ? RequiredInts(input, "the axes") : [];
        return given.Length == 0 && emptyIsAll ? [.. Enumerable.Range(0, rank)] : Array.ConvertAll(given, axis => Axis(axis, rank));
    }

    public void Out(int i, Tensor tensor)
    {
        if (Wants(i))
        {
            graph.Define(node.Outputs[i], tensor);
        }
    }

    public RefusedException Invalid(string message) => new(ReasonCode.InvalidNode, message, "correct the model");

    public RefusedException Unsupported(string message, string advice = "change the attribute before export") => new(ReasonCode.UnsupportedAttribute, message, advice);

    public RefusedException NotConstant(string what) => new(
        ReasonCode.ParameterNotConstant, $"{what} must be constant and are computed at run time", "export the model with this parameter as a constant, or fix the input shapes with --input");

    public RefusedException Dynamic(string message) => new(ReasonCode.DynamicShape, message, "fix the input shapes with --input");
}
