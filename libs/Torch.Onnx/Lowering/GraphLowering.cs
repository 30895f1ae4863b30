using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>Converts the nodes of one graph in order.</summary>
/// <param name="session">What all graphs of the import share.</param>
/// <param name="values">What the graph's names stand for; its inputs are defined already.</param>
internal sealed class GraphLowering(ImportSession session, ValueTable values)
{
    private const string HigherOrderPrefix = "torch.ops.higher_order.";

    private readonly OnnxBuilder _b = values.Builder;

    public ImportSession Session => session;

    public ValueTable Values => values;

    public void Run()
    {
        foreach (var node in values.Graph.Nodes)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            Lower(node);
        }
    }

    private void Lower(Node node)
    {
        var outer = _b.Origin;
        _b.Origin = new NodeOrigin(node.Name, session.ShortTarget(node.Target), node.Module ?? outer.Module);
        try
        {
            Dispatch(node);
        }
        catch (LoweringException problem)
        {
            Block(node, problem);
        }
        catch (Exception problem) when (problem is ArgumentException or IndexOutOfRangeException or ArithmeticException or InvalidOperationException or InvalidCastException or KeyNotFoundException)
        {
            // A record that contradicts its operator reaches a mapping as an index or a cast that cannot be.
            Block(node, LoweringException.Malformed($"its arguments and recorded sizes contradict each other ({problem.Message})"));
        }

        _b.Origin = outer;
    }

    private void Dispatch(Node node)
    {
        if (DroppedOperators.Contains(node.Target))
        {
            return;
        }

        session.Count(_b.Origin.Target);
        if (node.Target.StartsWith(HigherOrderPrefix, StringComparison.Ordinal))
        {
            ControlFlow.Lower(this, node);
        }
        else if (node.Target.StartsWith(ImportSession.OperatorPrefix, StringComparison.Ordinal))
        {
            LowerOperator(node, _b.Origin.Target);
        }
        else
        {
            Define(node, ScalarOperators.Lower(_b, node, argument => values.Number(argument, "")));
        }
    }

    private void LowerOperator(Node node, string name)
    {
        var (entry, schema) = OperatorLookup.Find(name);
        string[] names = TensorNames(node);
        var call = new OperatorCall(node, schema, values, Array.ConvertAll(names, values.Meta));
        entry.Lower(call);
        if (call.MadeNumber is { } number)
        {
            Define(node, number);
        }
        else if (schema.IsInPlace)
        {
            WriteBack(node, call, names);
        }
        else
        {
            Bind(call, names);
        }
    }

    private void Bind(OperatorCall call, string[] names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            var view = call.Made[i] switch
            {
                CallResult.Fresh fresh => new TensorView(call.Results[i], Carried(fresh.Value, call.Results[i], names[i])),
                CallResult.View made => new TensorView(call.Results[i], Carried(made.Value, call.Results[i], names[i]), made.Viewed, made.Rule),
                CallResult.Same same => same.Tensor,
                _ => new TensorView(call.Results[i], Blocked(call.Node, call.Results[i], LoweringException.Argument($"its result {names[i]} is not converted"))),
            };
            values.Define(names[i], new TensorSlot(view));
        }
    }

    // An in-place operator changes the elements that its first argument's memory holds, or (squeeze_, t_) which of them the
    // argument shows. Its result is the argument under another name.
    private void WriteBack(Node node, OperatorCall call, string[] names)
    {
        if (node.Inputs is not [{ Value: Argument.Tensor written }, ..])
        {
            throw LoweringException.Malformed("an in-place operator writes no tensor");
        }

        var slot = values.Slot(written.Name);
        switch (call.Made[0])
        {
            case CallResult.View made:
                slot.View = new TensorView(call.Result, made.Value, made.Viewed, made.Rule);
                break;
            case CallResult.Fresh fresh:
                slot.View.Write(Carried(fresh.Value, slot.View.Meta, names.Length > 0 ? names[0] : null));
                break;
            case CallResult.Same:
                break;
            default:
                throw LoweringException.Argument("its result is not converted");
        }

        if (names.Length > 0)
        {
            values.Define(names[0], slot);
        }
    }

    /// <summary>The value in the type that the program records, under the program's name for it.</summary>
    private Value Carried(Value value, TensorMeta meta, string? name)
    {
        var result = _b.Cast(value, meta.Type.Carrier());
        if (result.Producer is { } producer && ReferenceEquals(producer.Origin, _b.Origin))
        {
            result.Name ??= name;
            if (_b.PendingWarning is { } warning)
            {
                session.WarnIfLive(producer, warning);
            }
        }

        _b.PendingWarning = null;
        return result;
    }

    private void Define(Node node, Number number)
    {
        if (node.Outputs is not [Argument.Symbol symbol, ..])
        {
            return;
        }

        if (values.Graph.Symbols.TryGetValue(symbol.Name, out var record) && number is { IsConstant: false, Kind: NumberKind.Int } && record.Expr is { } expression)
        {
            var resolved = values.Sizes.Resolve(new SymInt(0, expression));
            number = resolved.IsStatic ? resolved.Value : NumberMath.Named(number, expression);
        }

        if (number.Runtime is { Producer.Origin: var origin } value && ReferenceEquals(origin, _b.Origin))
        {
            value.Name ??= symbol.Name;
        }

        values.Define(symbol.Name, number);
    }

    private void Block(Node node, LoweringException problem)
    {
        BlockWrite(node, problem);
        foreach (string name in TensorNames(node))
        {
            if (!values.IsTensor(name) && values.Graph.Tensors.TryGetValue(name, out var meta))
            {
                var resolved = values.Sizes.Resolve(meta);
                values.Define(name, new TensorSlot(new TensorView(resolved, Blocked(node, resolved, problem))));
            }
        }

        foreach (var output in node.Outputs)
        {
            if (output is Argument.Symbol symbol)
            {
                values.Define(symbol.Name, Number.At(Blocked(node, symbol.Kind switch { SymbolKind.Int => DataType.Int64, SymbolKind.Float => DataType.Double, _ => DataType.Bool }, problem)));
            }
        }
    }

    // A write that cannot be converted spoils what it would have written: everything that reads it later is blocked.
    private void BlockWrite(Node node, LoweringException problem)
    {
        if (!OperatorLookup.WritesFirstArgument(node.Target) || node.Inputs is not [{ Value: Argument.Tensor written }, ..] || !values.IsTensor(written.Name))
        {
            return;
        }

        var slot = values.Slot(written.Name);
        if (slot.View.IsWritable)
        {
            slot.View.Write(Blocked(node, slot.View.Meta, problem));
        }
        else
        {
            session.BlockAlways(BlockerOf(problem));
        }

        foreach (string name in TensorNames(node))
        {
            if (!values.IsTensor(name))
            {
                values.Define(name, slot);
            }
        }
    }

    private Value Blocked(Node node, TensorMeta meta, LoweringException problem)
    {
        var type = meta.Type.Carrier();
        return Blocked(node, type == DataType.Undefined ? DataType.Float : type, problem);
    }

    private Value Blocked(Node node, DataType type, LoweringException problem)
    {
        var value = new Value(type);
        _b.Add(new NodeDraft { OpType = "", Inputs = InputsOf(node), Outputs = [value], Attributes = [], Origin = _b.Origin, Blocker = BlockerOf(problem) });
        return value;
    }

    // What a blocked node reads is needed all the same: blockers before it are reported with it.
    private Value?[] InputsOf(Node node) => [.. SubgraphCall.Flatten(node.Inputs.Select(input => input.Value))
        .OfType<Argument.Tensor>().Where(tensor => values.IsTensor(tensor.Name)).Select(tensor => values.View(tensor.Name).Read())];

    private ImportBlocker BlockerOf(LoweringException problem) => new(problem.Reason, _b.Origin.Target, _b.Origin.DisplayName, problem.Message, problem.Advice);

    private static string[] TensorNames(Node node)
    {
        if (node.Outputs is [Argument.Tensor only])
        {
            return [only.Name];
        }

        var names = new List<string>();
        foreach (var output in node.Outputs)
        {
            if (output is Argument.Tensor tensor)
            {
                names.Add(tensor.Name);
            }
            else if (output is Argument.Tensors tensors)
            {
                names.AddRange(tensors.Names.OfType<string>());
            }
        }

        return [.. names];
    }
}
