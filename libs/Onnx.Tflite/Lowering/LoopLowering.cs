using Onnx.Model;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Loop as WHILE.</summary>
internal static class LoopLowering
{
    // Above this a double does not hold every integer; nobody waits for so many turns.
    private const long Endless = 1L << 53;

    public static void Lower(LoweringNode n)
    {
        var source = n.Graph.Source.Body(n.Node, "body");
        int states = n.InputCount - 2;
        var names = source.Source.Inputs.ConvertAll(input => input.Name);
        if (states < 0 || names.Count != states + 2 || source.Source.Outputs.Count < states + 1)
        {
            throw n.Invalid($"a body of {names.Count} inputs and {source.Source.Outputs.Count} outputs for {states} carried values");
        }

        var loop = new WhileAssembly(n, source);
        var index = loop.CarryIndex(names[0], n.Graph.Represent(DataType.Int64, names[0]));
        var going = loop.Carry(names[1], n.Has(1) ? n.B.Reshape(n.In(1), []) : n.B.Number(TensorType.Bool, 1));
        for (int i = 0; i < states; i++)
        {
            loop.Carry(names[i + 2], n.In(i + 2));
        }

        loop.Body.Run();
        var results = source.Source.Outputs.ConvertAll(output => loop.Body.Lowering.Value(output.Name));
        bool never = ReferenceEquals(results[0], going) || IsTrue(results[0]);
        long? turns = n.Ints(0) is [var count, ..] && count < Endless ? count : null;
        List<Tensor> next = [loop.Next(index), loop.Inside.Reshape(results[0], []), .. results.Skip(1).Take(states)];
        next.AddRange(results.Skip(1 + states).Select(slice => loop.Collect(slice, index, KnownTurns(n, turns, never))));
        var outputs = loop.Emit(next, GoesOn(n, loop, turns));
        for (int i = 0; i < n.OutputCount; i++)
        {
            n.Out(i, outputs[2 + i]);
        }
    }

    private static long KnownTurns(LoweringNode n, long? turns, bool neverStops) => turns is > 0 && neverStops && (!n.Has(1) || IsTrue(n.In(1)))
        ? turns.Value
        : throw new RefusedException(
            ReasonCode.UnsupportedControlFlow, "it collects values over a number of turns that only the run knows", "give the number of turns as a constant, with a condition that stays true");

    private static Tensor GoesOn(LoweringNode n, WhileAssembly loop, long? turns)
    {
        var b = loop.Condition.Lowering.Builder;
        Tensor index = loop.Condition.Graph.Inputs[0], going = loop.Condition.Graph.Inputs[1];
        bool isLimited = n.Has(0) && (n.Ints(0) is null || turns is not null);
        if (!isLimited)
        {
            return going;
        }

        var limit = turns is { } count ? b.Number(index.Type, count) : b.Reshape(loop.Condition.Capture(n.In(0)), []);
        return b.And(b.Less(index, limit), going);
    }

    private static bool IsTrue(Tensor tensor) => tensor is { IsConstant: true, Type: TensorType.Bool } && tensor.Data!.Read() is [not 0, ..];
}
