using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Layout;

/// <summary>Stores all tensors as the solver decided: shapes, parameters and constants are rewritten, transposes inserted.</summary>
internal sealed class LayoutApplication
{
    private readonly LayoutProblem _problem;
    private readonly Subgraph _graph;
    private readonly GraphBuilder _builder;
    private readonly int[][] _given;
    private readonly SymInt[][] _logical;
    private readonly Dictionary<(Tensor Tensor, string Order), Tensor> _copies = [];

    private LayoutApplication(LayoutProblem problem, Subgraph graph, NameSource names)
    {
        _problem = problem;
        _graph = graph;
        _builder = new GraphBuilder(graph, names);
        _given = Array.ConvertAll(problem.Tensors, problem.Given);
        _logical = Array.ConvertAll(problem.Tensors, tensor => tensor.Shape);
    }

    public static void Apply(LayoutProblem problem, Subgraph graph, NameSource names)
    {
        var application = new LayoutApplication(problem, graph, names);
        var demands = problem.Operators.Select((op, i) => op.Inputs.Select((_, input) => op.Inputs[input] is null ? null : problem.Rules[i].Input(op, input, problem.Labels[i])).ToArray()).ToArray();
        application.RewriteParameters();
        application.StoreTensors();
        application.ConnectReaders(demands);
        application.ConnectOutputs();
        application.FinishReshapes();
        graph.Tidy();
    }

    private void RewriteParameters()
    {
        for (int i = 0; i < _problem.Operators.Length; i++)
        {
            if (!StoredOrder.IsIdentity(_problem.Labels[i]))
            {
                _problem.Rules[i].Apply(_problem.Operators[i], _problem.Labels[i]);
            }
        }
    }

    private void StoreTensors()
    {
        foreach (var tensor in _problem.Tensors)
        {
            int[] order = _given[tensor.Place];
            if (StoredOrder.IsIdentity(order))
            {
                continue;
            }

            tensor.Shape = StoredOrder.Apply(order, tensor.Shape);
            if (tensor.Quantization is { IsPerTensor: false } quantization)
            {
                tensor.Quantization = quantization with { Axis = Array.IndexOf(order, quantization.Axis) };
            }
        }
    }

    private void ConnectReaders(int[]?[][] demands)
    {
        for (int i = 0; i < demands.Length; i++)
        {
            var op = _problem.Operators[i];
            _builder.Origin = op.Origin;
            for (int input = 0; input < demands[i].Length; input++)
            {
                if (demands[i][input] is { } order && op.Inputs[input] is { Rank: > 1 } tensor)
                {
                    var stored = tensor.IsConstant ? _builder.Transpose(tensor, order) : Copy(tensor, order);
                    if (!ReferenceEquals(stored, tensor))
                    {
                        op.SetInput(input, stored);
                    }
                }
            }
        }
    }

    private void ConnectOutputs()
    {
        for (int i = 0; i < _graph.Outputs.Count; i++)
        {
            var output = _graph.Outputs[i];
            if (output.Rank > 1 && !output.IsConstant && _problem.Demanded(output) is { } order)
            {
                _builder.Origin = output.Producer?.Origin ?? output.Name;
                var stored = Copy(output, order);
                if (!ReferenceEquals(stored, output))
                {
                    // The caller's name goes to what the caller gets.
                    (stored.Name, output.Name) = (output.Name, stored.Name);
                    _graph.SetOutput(i, stored);
                }
            }
        }
    }

    // The transposes of the source are done: what they read is stored as what they gave.
    private void FinishReshapes()
    {
        foreach (var op in _problem.Operators)
        {
            if (op.Code == BuiltinOperator.Transpose)
            {
                Bypass(op);
            }
            else if (op.Code == BuiltinOperator.Reshape && op.Inputs.Count == 2 && op.Options is ReshapeOptions { FromModel: false })
            {
                _builder.Origin = op.Origin;
                op.SetInput(1, new RuntimeShape(_builder).Of(op.Input(0), op.Output.Shape));
            }
        }
    }

    private void Bypass(Operator transpose)
    {
        Tensor input = transpose.Input(0), output = transpose.Output;
        if (output.OutputUses > 0 && (input.Producer is null || input.OutputUses > 0))
        {
            _builder.Origin = transpose.Origin;
            transpose.Code = BuiltinOperator.Reshape;
            transpose.Options = new ReshapeOptions(null);
            transpose.SetInput(1, new RuntimeShape(_builder).Of(input, output.Shape));
            return;
        }

        if (output.OutputUses > 0)
        {
            (input.Name, output.Name) = (output.Name, input.Name);
        }

        _graph.Replace(output, input);
    }

    private Tensor Copy(Tensor tensor, int[] order)
    {
        int[] given = _given[tensor.Place];
        if (StoredOrder.AreSame(given, order))
        {
            return tensor;
        }

        string key = string.Join(',', order);
        if (!_copies.TryGetValue((tensor, key), out var copy))
        {
            int[] between = StoredOrder.Between(given, order);
            copy = StoredOrder.SameData(given, order, _logical[tensor.Place])
                ? _builder.Reshape(tensor, StoredOrder.Apply(between, tensor.Shape))
                : _builder.Transpose(tensor, between);
            copy.Quantization = tensor.Quantization is { IsPerTensor: false } q ? q with { Axis = Array.IndexOf(between, q.Axis) } : tensor.Quantization;
            _copies[(tensor, key)] = copy;
        }

        return copy;
    }
}
