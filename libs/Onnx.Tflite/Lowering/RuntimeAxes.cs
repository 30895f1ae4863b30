using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Reductions whose axes are computed at run time: the kernels take them, but only where one kernel is the whole reduction.</summary>
internal static class RuntimeAxes
{
    private static readonly Dictionary<string, BuiltinOperator> s_single = new(StringComparer.Ordinal)
    {
        ["ReduceSum"] = BuiltinOperator.Sum,
        ["ReduceMean"] = BuiltinOperator.Mean,
        ["ReduceMax"] = BuiltinOperator.ReduceMax,
        ["ReduceMin"] = BuiltinOperator.ReduceMin,
        ["ReduceProd"] = BuiltinOperator.ReduceProd,
    };

    public static Tensor Reduce(LoweringNode n, Tensor x)
    {
        if (!s_single.TryGetValue(n.Node.OpType, out var code) || x.Type is not (TensorType.Float32 or TensorType.Int32 or TensorType.Int64) || (code == BuiltinOperator.Mean && x.Type != TensorType.Float32))
        {
            throw n.NotConstant("the axes");
        }

        bool keep = n.Node.Int("keepdims", 1) != 0;
        return n.B.Add(code, new ReducerOptions(keep), [x, n.B.Cast(n.In(1), TensorType.Int32)], x.Type, n.OutShape(0));
    }

    public static Tensor Cumsum(LoweringNode n, Tensor x)
    {
        var type = x.Type == TensorType.Float64 ? TensorType.Float32 : x.Type;
        var axis = n.B.Reshape(n.B.Cast(n.In(1), TensorType.Int32), []);
        var options = new CumsumOptions(n.Node.Int("exclusive", 0) != 0, n.Node.Int("reverse", 0) != 0);
        return n.B.Cast(n.B.Add(BuiltinOperator.Cumsum, options, [n.B.Cast(x, type), axis], type, x.Shape), x.Type);
    }
}
