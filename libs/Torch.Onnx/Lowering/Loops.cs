using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>Loops over tensors: while_loop as Loop; scan, map and associative_scan as Scan.</summary>
internal static class Loops
{
    /// <summary>while_loop: (condition graph, body graph, carried, additional).</summary>
    public static void While(SubgraphCall call)
    {
        if (call.Graphs.Length != 2)
        {
            throw LoweringException.Malformed("while_loop needs two subgraphs");
        }

        var b = call.B;
        var carried = Array.ConvertAll(call.List(0), call.ValueOf);
        var additional = Array.ConvertAll(call.List(1), call.ValueOf);
        var types = Array.ConvertAll(carried, value => value.Type);
        var first = b.Cast(call.Body(call.Graphs[0], [.. carried, .. additional])[0], DataType.Bool);
        var body = b.Subgraph("body", () =>
        {
            var state = call.Inputs(call.Graphs[1], 0, types);
            var next = call.Body(call.Graphs[1], [.. state, .. additional]);
            var more = b.Cast(call.Body(call.Graphs[0], [.. next, .. additional])[0], DataType.Bool);
            return ([new Value(DataType.Int64) { Shape = [] }, new Value(DataType.Bool) { Shape = [] }, .. state], call.Own([more, .. next]));
        });
        CheckTypes(types, body.Outputs.AsSpan(1));
        call.Bind(call.Emit("Loop", [null, first, .. carried], types, [("body", body)]));
    }

    /// <summary>scan: (combine graph, init, xs, additional); the results are the last carries and the stacked outputs.</summary>
    public static void Scan(SubgraphCall call)
    {
        var init = Array.ConvertAll(call.List(0), call.ValueOf);
        var sequences = call.List(1);
        CheckDefaults(call, 3);
        Run(call, init, sequences, Array.ConvertAll(call.List(2), call.ValueOf));
    }

    /// <summary>map: (body graph, xs, additional).</summary>
    public static void Map(SubgraphCall call) => Run(call, [], call.List(0), Array.ConvertAll(call.List(1), call.ValueOf));

    /// <summary>associative_scan: (combine graph, xs, additional); the first slice starts, each next one is combined with the result before it.</summary>
    public static void AssociativeScan(SubgraphCall call)
    {
        var b = call.B;
        var sequences = Array.ConvertAll(call.List(0), call.ValueOf);
        var additional = Array.ConvertAll(call.List(1), call.ValueOf);
        CheckDefaults(call, 2);
        var heads = Array.ConvertAll(sequences, sequence => b.Slice(sequence, 0, 0, 1));
        var init = Array.ConvertAll(heads, head => b.Squeeze(head, 0));
        var rest = Array.ConvertAll(sequences, sequence => b.Slice(sequence, 0, 1, long.MaxValue));
        var body = b.Subgraph("body", () =>
        {
            var state = call.Inputs(call.Graphs[0], 0, Array.ConvertAll(init, value => value.Type));
            var slices = call.Inputs(call.Graphs[0], init.Length, Array.ConvertAll(rest, value => value.Type));
            var next = call.Body(call.Graphs[0], [.. state, .. slices, .. additional]);
            return ([.. state, .. slices], call.Own([.. next, .. next]));
        });
        var types = Array.ConvertAll(sequences, value => value.Type);
        CheckTypes([.. types, .. types], body.Outputs);
        var results = call.Emit("Scan", [.. init, .. rest], [.. types, .. types], [("body", body)], Attr.From("num_scan_inputs", rest.Length));
        call.Bind(results[types.Length..].Zip(heads, (tail, head) => b.Concat(0, head, tail)).ToArray());
    }

    private static void Run(SubgraphCall call, Value[] init, Argument[] sequences, Value[] additional)
    {
        var b = call.B;
        var scanned = Array.ConvertAll(sequences, call.ValueOf);
        if (scanned.Length == 0)
        {
            throw LoweringException.Argument("a scan over no sequence has no length");
        }

        var body = b.Subgraph("body", () =>
        {
            var state = call.Inputs(call.Graphs[0], 0, Array.ConvertAll(init, value => value.Type));
            var slices = call.Inputs(call.Graphs[0], init.Length, Array.ConvertAll(scanned, value => value.Type));
            var results = call.Body(call.Graphs[0], [.. state, .. slices, .. additional]);
            return ([.. state, .. slices], call.Own(results));
        });
        var types = Array.ConvertAll(body.Outputs, value => value.Type);
        CheckTypes(Array.ConvertAll(init, value => value.Type), body.Outputs.AsSpan(0, Math.Min(init.Length, body.Outputs.Length)));
        call.Bind(call.Emit("Scan", [.. init, .. scanned], types, [("body", body)], Attr.From("num_scan_inputs", scanned.Length)));
    }

    // Older writers add the scanned dimension and the direction; the graph is the same for the usual ones.
    private static void CheckDefaults(SubgraphCall call, int from)
    {
        foreach (var extra in call.AfterGraphs.Skip(from))
        {
            if (extra is not (Argument.Int { Value: 0 } or Argument.Bool { Value: false } or Argument.None))
            {
                throw LoweringException.Argument("only scans forward over dimension 0 are converted");
            }
        }
    }

    private static void CheckTypes(ReadOnlySpan<DataType> expected, ReadOnlySpan<Value> outputs)
    {
        bool isSame = expected.Length == outputs.Length;
        for (int i = 0; isSame && i < outputs.Length; i++)
        {
            isSame = outputs[i].Type == expected[i];
        }

        if (!isSame)
        {
            throw LoweringException.Malformed("the loop's body returns other types than it takes");
        }
    }
}
