using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Constants of the source as tensors, each made once.</summary>
internal sealed class ConstantPool
{
    private readonly Dictionary<(TensorProto Source, TensorType Type), Tensor> _made = [];

    public Tensor Get(string name, TensorProto source, TensorType type)
    {
        if (!_made.TryGetValue((source, type), out var tensor))
        {
            _made[(source, type)] = tensor = Make(name, source, type);
        }

        return tensor;
    }

    private static Tensor Make(string name, TensorProto source, TensorType type)
    {
        var own = TensorTypes.FromOnnx(source.DataType);
        var shape = Array.ConvertAll(source.Dims, SymInt.FromInt64);
        if (own == type || (source.DataType == DataType.UInt64 && type == TensorType.Int64))
        {
            return new Tensor(name, type, shape) { Data = ConstantData.Of(source.Data) };
        }

        var asStored = new Tensor(name, own!.Value, shape) { Data = ConstantData.Of(source.Data) };
        return source.DataType == DataType.Int64 && type == TensorType.Int32 ? Truncate(asStored, source) : ConstantConversion.Cast(asStored, type, name);
    }

    // Ends of slices and the like are written as the largest 64-bit number; 32 bits have their own.
    private static Tensor Truncate(Tensor tensor, TensorProto source)
    {
        int[] values = Array.ConvertAll(TensorReading.Int64s(source), value => (int)Math.Clamp(value, int.MinValue, int.MaxValue));
        return ConstantTensors.Of<int>(tensor.Name, TensorType.Int32, source.Dims, values);
    }
}
