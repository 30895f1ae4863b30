using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>torch.cond as If.</summary>
internal static class Branches
{
    public static void Lower(SubgraphCall call)
    {
        if (call.Graphs.Length != 2)
        {
            throw LoweringException.Malformed("cond needs two subgraphs");
        }

        var operands = SubgraphCall.Flatten(call.AfterGraphs).Where(argument => argument is not Argument.None).Select(call.ValueOf).ToArray();
        if (call.First is Argument.Bool constant)
        {
            call.Bind(call.Body(call.Graphs[constant.Value ? 0 : 1], operands));
            return;
        }

        var condition = call.B.Cast(call.ValueOf(call.First), DataType.Bool);
        var yes = Branch(call, call.Graphs[0], operands, "then");
        var no = Branch(call, call.Graphs[1], operands, "else");
        if (yes.Outputs.Length != no.Outputs.Length || !yes.Outputs.Select(value => value.Type).SequenceEqual(no.Outputs.Select(value => value.Type)))
        {
            throw LoweringException.Malformed("the branches of cond return different types");
        }

        call.Bind(call.Emit("If", [condition], Array.ConvertAll(yes.Outputs, value => value.Type), [("then_branch", yes), ("else_branch", no)]));
    }

    private static GraphDraft Branch(SubgraphCall call, Graph graph, Value[] operands, string name) =>
        call.B.Subgraph(name, () => ([], call.Own(call.Body(graph, operands))));
}
