using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes.Integer;

/// <summary>
/// Makes integer operators of float ones that stand between DEQUANTIZE and QUANTIZE. What has no kernel stays real, between
/// its DEQUANTIZE and QUANTIZE, and is reported.
/// </summary>
internal sealed class IntegerOperatorsPass
{
    private readonly Subgraph _graph;
    private readonly GraphBuilder _builder;
    private readonly QuantizedTensors _tensors;

    private IntegerOperatorsPass(Subgraph graph, PassContext context)
    {
        _graph = graph;
        _builder = new GraphBuilder(graph, context.Names);
        _tensors = new QuantizedTensors(_builder);
    }

    public static void Run(Subgraph graph, PassContext context)
    {
        if (graph.Operators.Exists(op => op.Code == BuiltinOperator.Dequantize))
        {
            new IntegerOperatorsPass(graph, context).Run();
            graph.Tidy();
            IntegerWeights.MakeReal(graph, context.Names);
        }
    }

    private void Run()
    {
        foreach (var op in _graph.Operators.ToList())
        {
            _builder.Origin = op.Origin;
            if (op.Code == BuiltinOperator.Mul)
            {
                SplitOffFactor(op);
            }
            else if (op.Code is BuiltinOperator.Transpose or BuiltinOperator.Reshape)
            {
                RoundBefore(op);
            }
        }

        _graph.Tidy();
        foreach (var op in _graph.Operators.ToList())
        {
            if (DataInputs(op).Select(_tensors.Behind).FirstOrDefault(behind => behind is not null) is { } first && IntegerRules.Find(op.Code, first.Type) is { } rule)
            {
                _builder.Origin = op.Origin;
                Convert(op, rule, first.Type);
            }
        }

        foreach (var op in _graph.Operators.Where(op => op.Code == BuiltinOperator.Quantize && op.Inputs.Count > 0).ToList())
        {
            _builder.Origin = op.Origin;
            if (_tensors.Behind(op.Input(0)) is { } integers)
            {
                _tensors.Bind(op.Output, _tensors.Requantize(integers, QuantizedTensors.KernelType(op.Output.Type), QuantizedTensors.KernelParameters(op.Output)));
            }
        }
    }

    private static IEnumerable<Tensor> DataInputs(Operator op) => op.Code switch
    {
        BuiltinOperator.TransposeConv => [op.Input(2)],
        BuiltinOperator.Split => [op.Input(1)],
        BuiltinOperator.Add or BuiltinOperator.Sub or BuiltinOperator.Mul or BuiltinOperator.BatchMatmul or BuiltinOperator.Maximum or BuiltinOperator.Minimum => [op.Input(0), op.Input(1)],
        BuiltinOperator.Concatenation => op.Inputs.Select(input => input!),
        _ => op.Inputs.Count > 0 && op.Inputs[0] is { } input ? [input] : [],
    };

    // x * factor as integers is x with another scale: a rounding before the product, in the product's own steps, changes nothing.
    private void SplitOffFactor(Operator op)
    {
        var (x, factor) = ConstantTensors.SingleFloat(op.Input(1)) is { } right ? (op.Input(0), right) : (op.Input(1), ConstantTensors.SingleFloat(op.Input(0)) ?? 0);
        if (factor > 0 && QuantizedTensors.Target(op.Output) is { Quantization: { IsPerTensor: true } parameters } target && x.HasOneReader && x.Producer is { } producer
            && producer.Code != BuiltinOperator.Dequantize && op.Options is MulOptions { Activation: Activation.None })
        {
            var real = Rounded(x, target.Type, new QuantizationParameters([parameters.Scale / factor], parameters.ZeroPoints));
            op.SetInput(ReferenceEquals(op.Input(0), x) ? 0 : 1, real);
        }
    }

    // What only moves elements may as well move rounded ones.
    private void RoundBefore(Operator op)
    {
        if (op.Input(0) is { HasOneReader: true, Producer: { Code: not BuiltinOperator.Dequantize } } x && QuantizedTensors.Target(op.Output) is { Quantization: { IsPerTensor: true } parameters } target)
        {
            op.SetInput(0, Rounded(x, target.Type, parameters));
        }
    }

    private Tensor Rounded(Tensor x, TensorType type, QuantizationParameters parameters)
    {
        var rounded = _builder.Add(BuiltinOperator.Quantize, new EmptyOptions(89), [x], type, x.Shape);
        rounded.Quantization = parameters;
        return _builder.Add(BuiltinOperator.Dequantize, new EmptyOptions(38), [rounded], TensorType.Float32, x.Shape);
    }

    private void Convert(Operator op, IntegerRule rule, TensorType type)
    {
        var target = op.Outputs.Count == 1 ? QuantizedTensors.Target(op.Output) : null;
        var inputs = op.Inputs.ToArray();
        if (rule == IntegerRule.SameScale)
        {
            Move(op, inputs, type);
        }
        else if (target is not null && QuantizedTensors.KernelType(target.Type) == type && IsPlain(target, type))
        {
            var parameters = QuantizedTensors.KernelParameters(target);
            bool ready = rule switch
            {
                IntegerRule.Weighted => TakeWeights(op, inputs, type),
                IntegerRule.Joining => TakeOperands(op, inputs, type, parameters),
                _ => TakeOperands(op, inputs, type, null),
            };
            if (ready)
            {
                Emit(op, rule, inputs, type, target, parameters);
            }
        }
    }

    private static bool IsPlain(Tensor integers, TensorType type) => type != TensorType.Int16 || integers.Quantization!.ZeroPoint == 0;

    private void Emit(Operator op, IntegerRule rule, Tensor?[] inputs, TensorType type, Tensor target, QuantizationParameters parameters)
    {
        if (IntegerTable.Fits(op, type))
        {
            _tensors.Bind(target, IntegerTable.Apply(_builder, inputs[0]!, parameters));
            return;
        }

        var result = _builder.Add(op.Code, op.Options, inputs, type, op.Output.Shape);
        if (rule == IntegerRule.FixedResult)
        {
            var (scale, zero) = IntegerRules.FixedResult(op.Code, type);
            result.Quantization = new QuantizationParameters([scale], [zero]);
            result = _tensors.Requantize(result, type, parameters);
        }
        else
        {
            result.Quantization = parameters;
        }

        _tensors.Bind(target, result);
    }

    private void Move(Operator op, Tensor?[] inputs, TensorType type)
    {
        int place = op.Code == BuiltinOperator.Split ? 1 : 0;
        var integers = _tensors.Behind(op.Input(place))!;
        if (!IsPlain(integers, type))
        {
            return;
        }

        inputs[place] = integers;
        if (op.Code == BuiltinOperator.Padv2)
        {
            if (ConstantTensors.SingleFloat(op.Input(2)) is not { } value)
            {
                return;
            }

            inputs[2] = Nearest(value, integers.Quantization!);
        }

        var results = _builder.Add(op.Code, op.Options, inputs, [.. op.Outputs.Select(output => (type, output.Shape))]);
        foreach (var (output, result) in op.Outputs.Zip(results))
        {
            result.Quantization = integers.Quantization;
            Patterns.Replace(_graph, output, _builder.Add(BuiltinOperator.Dequantize, new EmptyOptions(38), [result], TensorType.Float32, output.Shape));
        }
    }

    private Tensor Nearest(float value, QuantizationParameters parameters)
    {
        double integer = Math.Clamp(Math.Round(value / (double)parameters.Scale) + parameters.ZeroPoint, sbyte.MinValue, sbyte.MaxValue);
        var tensor = ConstantTensors.Of(_builder.Names.Fresh("border"), TensorType.Int8, [], [(sbyte)integer]);
        tensor.Quantization = parameters;
        return tensor;
    }

    private bool TakeOperands(Operator op, Tensor?[] inputs, TensorType type, QuantizationParameters? same)
    {
        foreach (var real in DataInputs(op))
        {
            var integers = _tensors.Behind(real) ?? Scalar(real, type);
            if (integers is null || integers.Type != type || !IsPlain(integers, type))
            {
                return false;
            }

            var scaled = same is null ? integers : _tensors.Requantize(integers, type, same);
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = ReferenceEquals(op.Inputs[i], real) ? scaled : inputs[i];
            }
        }

        return true;
    }

    // A number that all elements share is exact as the largest integer times its scale.
    private Tensor? Scalar(Tensor real, TensorType type)
    {
        if (ConstantTensors.SingleFloat(real) is not { } value)
        {
            return null;
        }

        int largest = type == TensorType.Int16 ? short.MaxValue : sbyte.MaxValue;
        var tensor = ConstantTensors.Scalar(_builder.Names.Fresh(real.Name), type, value < 0 ? -largest : value > 0 ? largest : 0);
        tensor.Quantization = new QuantizationParameters([value == 0 ? 1 : Math.Abs(value) / largest], [0]);
        return tensor;
    }

    private bool TakeWeights(Operator op, Tensor?[] inputs, TensorType type)
    {
        int data = op.Code == BuiltinOperator.TransposeConv ? 2 : 0, bias = data + (data == 2 ? 1 : 2);
        int axis = op.Code == BuiltinOperator.DepthwiseConv2d ? 3 : 0;
        var x = _tensors.Behind(op.Input(data))!;
        if (!IsPlain(x, type) || IntegerWeights.Weights(op.Input(1), axis) is null)
        {
            return false;
        }

        // By-channel weights have no tensor behind them in the sense of activations, but the same unsigned form.
        var integers = op.Input(1).Producer!.Input(0);
        var weights = integers.Type == TensorType.UInt8 ? _tensors.Behind(op.Input(1)) : integers;
        if (weights is null || IntegerWeights.Bias(bias < inputs.Length ? inputs[bias] : null, weights.Dims[axis], x.Quantization!.Scale, weights.Quantization!, type == TensorType.Int16, _builder.Names) is not { } offsets)
        {
            return false;
        }

        (inputs[data], inputs[1]) = (x, weights);
        inputs[bias] = offsets;
        return true;
    }
}
