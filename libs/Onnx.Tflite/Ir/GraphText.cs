using System.Globalization;
using System.Text;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Ir;

/// <summary>A graph as text: what <c>--dump-after</c> prints.</summary>
internal static class GraphText
{
    public static string Of(Subgraph graph)
    {
        var text = new StringBuilder();
        foreach (var body in graph.WithBodies())
        {
            text.Append(CultureInfo.InvariantCulture, $"graph {body.Name}({string.Join(", ", body.Inputs)})\n");
            foreach (var op in body.Operators)
            {
                Append(text, op);
            }

            text.Append(CultureInfo.InvariantCulture, $"return {string.Join(", ", body.Outputs.Select(output => output.Name))}\n");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Operator op)
    {
        string options = op.Options is EmptyOptions ? "" : $" {{{op.Options}}}";
        text.Append(CultureInfo.InvariantCulture, $"  {string.Join(", ", op.Outputs)} = {OperatorNames.Of(op.Code)}({string.Join(", ", op.Inputs.Select(Name))}){options}  # {op.Origin}\n");
    }

    private static string Name(Tensor? tensor) => tensor is null ? "-" : tensor.IsConstant ? $"const {tensor.Type.Name()}[{string.Join(',', tensor.Shape)}]" : tensor.Name;
}
