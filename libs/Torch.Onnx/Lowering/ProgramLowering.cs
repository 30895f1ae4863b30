using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>Converts a whole program: its inputs and weights, its nodes, its outputs.</summary>
internal sealed class ProgramLowering
{
    private readonly ExportedProgramFile _file;
    private readonly ExportedProgram _program;
    private readonly ImportOptions _options;
    private readonly OnnxBuilder _b;
    private readonly ImportSession _session;
    private readonly ValueTable _values;
    private readonly List<BoundaryValue> _inputs = [];
    private readonly List<BoundaryValue> _outputs = [];
    private readonly List<string> _droppedOutputs = [];
    private readonly List<(TensorView View, string Origin)> _rooted = [];
    private readonly HashSet<Value> _returned = [];

    public ProgramLowering(ExportedProgramFile file, ImportOptions options, CancellationToken cancellation)
    {
        _file = file;
        _program = file.Program;
        _options = options;
        CheckSizes();
        _b = new OnnxBuilder(options.Opset, ((long)CountNodes(_program.Graph) * ImportLimits.NodesPerCall) + ImportLimits.NodeAllowance);
        var sizes = new SizeTable(_b, options.Sizes);
        _session = new ImportSession(_b, sizes, cancellation);
        _values = new ValueTable(_b, sizes, _program.Graph);
    }

    public ImportResult Run()
    {
        DefineInputs();
        new GraphLowering(_session, _values).Run();
        DefineOutputs();
        Liveness.Mark(_outputs.Select(output => output.Value));
        var blockers = _session.Blockers(LiveNodes(_b.Scope.Nodes));
        var warnings = _session.LiveWarnings();
        return blockers.Count > 0 ? new ImportResult(null, blockers, warnings, null) : Finish(warnings);
    }

    private static int CountNodes(Graph graph)
    {
        int count = graph.Nodes.Length;
        foreach (var node in graph.Nodes)
        {
            foreach (var input in node.Inputs)
            {
                count += input.Value is Argument.Subgraph subgraph ? CountNodes(subgraph.Graph) : 0;
            }
        }

        return count;
    }

    private static IEnumerable<NodeDraft> LiveNodes(IEnumerable<NodeDraft> nodes) =>
        nodes.Where(node => node.IsLive).SelectMany(node => node.Subgraphs.SelectMany(subgraph => LiveNodes(subgraph.Graph.Nodes)).Prepend(node));

    private void CheckSizes()
    {
        foreach (var (symbol, value) in _options.Sizes)
        {
            if (_program.Ranges.TryGetValue(symbol, out var range) && (value < (range.Min ?? 0) || value > (range.Max ?? long.MaxValue)))
            {
                throw new ArgumentOutOfRangeException(
                    "options", value, $"the program was exported for {symbol} from {range.Min ?? 0} to {range.Max?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "any size"}");
            }
        }
    }

    private void DefineInputs()
    {
        var specs = _program.InputSpecs;
        if (specs.Length != _program.Graph.Inputs.Length)
        {
            throw new ExportedProgramException(
                ExportedProgramError.MalformedProgram, $"the signature lists {specs.Length} inputs, the graph {_program.Graph.Inputs.Length}");
        }

        for (int i = 0; i < specs.Length; i++)
        {
            DefineInput(specs[i], _program.Graph.Inputs[i]);
        }
    }

    private void DefineInput(InputSpec spec, Argument argument)
    {
        switch (spec.Kind, argument)
        {
            case (InputKind.UserInput, Argument.Tensor tensor):
                DefineUserInput(tensor.Name);
                break;
            case (InputKind.UserInput, Argument.Symbol symbol):
                DefineNumberInput(symbol);
                break;
            case (InputKind.Parameter or InputKind.Buffer or InputKind.TensorConstant, Argument.Tensor tensor):
                DefineWeight(spec, tensor.Name);
                break;
            default:
                // Python values are written into the graph already; script objects block where they are used.
                break;
        }
    }

    private void DefineUserInput(string name)
    {
        var meta = InputMeta(name);
        var declared = meta.Type.Declared();
        var value = new Value(declared) { Name = name };
        _inputs.Add(new BoundaryValue(value, ValueInfoProto.Tensor(name, declared, Shape(meta))));
        _values.Define(name, new TensorSlot(new TensorView(meta, _b.Cast(value, meta.Type.Carrier()), $"input {name}")));
        _rooted.Add((_values.View(name), $"input {name}"));
    }

    // A sparse input blocks the import, and what follows from it is still looked at.
    private TensorMeta InputMeta(string name)
    {
        try
        {
            return _values.Meta(name);
        }
        catch (LoweringException problem)
        {
            _session.BlockAlways(new ImportBlocker(problem.Reason, "input", name, problem.Message, problem.Advice));
            return _values.Record(name);
        }
    }

    private void DefineNumberInput(Argument.Symbol symbol)
    {
        var type = symbol.Kind switch { SymbolKind.Int => DataType.Int64, SymbolKind.Float => DataType.Double, _ => DataType.Bool };
        var record = _program.Graph.Symbols.GetValueOrDefault(symbol.Name);
        if (record?.Expr is { } expression && _session.Sizes.Resolve(new SymInt(0, expression)) is { IsStatic: true } known)
        {
            _values.Define(symbol.Name, known.Value);
            return;
        }

        var value = new Value(type) { Name = symbol.Name };
        _inputs.Add(new BoundaryValue(value, ValueInfoProto.Tensor(symbol.Name, type, [])));
        _values.Define(symbol.Name, Number.At(value, record?.Expr));
    }

    private void DefineWeight(InputSpec spec, string name)
    {
        var meta = InputMeta(name);
        var stored = _file.Tensors.Find(spec.Target);
        if (stored.Type != meta.Type || !stored.Sizes.AsSpan().SequenceEqual(Array.ConvertAll(meta.Sizes, size => size.IsStatic ? size.Value : -1)))
        {
            throw new ExportedProgramException(
                ExportedProgramError.MalformedProgram, $"{spec.Target} is stored as {stored.Type.TorchName()}[{string.Join(',', stored.Sizes)}], which is not what the program records");
        }

        string origin = spec.Kind == InputKind.Parameter ? $"parameter {spec.Target}" : $"buffer {spec.Target}";
        var view = new TensorView(meta, WeightValues.Create(_b, stored, spec.Target), origin);
        _values.Define(name, new TensorSlot(view));
        _rooted.Add((view, origin));
    }

    private void DefineOutputs()
    {
        foreach (var output in OutputNames.Of(_program))
        {
            switch (output.Argument)
            {
                case Argument.Tensor tensor:
                    DefineTensorOutput(output.Name, tensor.Name);
                    break;
                case Argument.Symbol symbol:
                    DefineNumberOutput(output.Name, symbol);
                    break;
                default:
                    _droppedOutputs.Add($"{output.Name} = {ConstantText(output.Argument)}");
                    break;
            }
        }

        WarnOfMutations();
    }

    private void WarnOfMutations()
    {
        foreach (var spec in _program.OutputSpecs.Where(spec => spec.Kind is OutputKind.BufferMutation or OutputKind.ParameterMutation or OutputKind.UserInputMutation))
        {
            WarnOfState(spec.Kind == OutputKind.UserInputMutation ? $"input {spec.Target}" : $"buffer {spec.Target}");
        }

        foreach (var (_, origin) in _rooted.Where(root => root.View.Memory.Version > 0))
        {
            WarnOfState(origin);
        }
    }

    private void WarnOfState(string what) =>
        _session.Warnings.Add($"the model writes its {what}; ONNX models keep no state, so each run starts from the {(what.StartsWith("input", StringComparison.Ordinal) ? "given" : "saved")} value");

    private void DefineTensorOutput(string name, string tensor)
    {
        var view = _values.View(tensor);
        var declared = view.Meta.Type.Declared();
        // A node of its own: the same value may be returned twice, or be an input or a weight.
        var carried = view.Read();
        var origin = _b.Origin;
        _b.Origin = NodeOrigin.Boundary;
        bool isOwn = carried.Producer is not null && carried.Content is null && _returned.Add(carried);
        var value = carried.Type != declared ? _b.Cast(carried, declared) : isOwn ? carried : _b.Op("Identity", carried);
        _b.Origin = origin;
        _outputs.Add(new BoundaryValue(value, ValueInfoProto.Tensor(name, declared, Shape(view.Meta))));
    }

    private void DefineNumberOutput(string name, Argument.Symbol symbol)
    {
        var type = symbol.Kind switch { SymbolKind.Int => DataType.Int64, SymbolKind.Float => DataType.Double, _ => DataType.Bool };
        var value = _b.Op("Identity", _values.Number(symbol, name).ToValue(_b, type));
        _outputs.Add(new BoundaryValue(value, ValueInfoProto.Tensor(name, type, [])));
    }

    private static string ConstantText(Argument argument) => argument switch
    {
        Argument.Int value => value.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Argument.Float value => value.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Argument.Bool value => value.Value ? "True" : "False",
        Argument.Text value => $"'{value.Value}'",
        _ => "None",
    };

    private Dimension[] Shape(TensorMeta meta)
    {
        var shape = Array.ConvertAll(meta.Sizes, _session.Sizes.Dimension);
        return meta.Type.IsComplex() ? [.. shape, 2] : shape;
    }

    private ImportResult Finish(List<string> warnings)
    {
        var assembly = new ModelAssembly();
        var graph = assembly.Assemble(_b.Scope.Nodes, _inputs, _outputs);
        var model = new ModelProto
        {
            IrVersion = _options.Opset switch { <= 18 => 8, <= 20 => 9, _ => 10 },
            ProducerName = "Torch.Onnx",
            ProducerVersion = TorchImporter.Version,
            Graph = graph,
            OpsetImports = [new OperatorSetId("", _options.Opset)],
        };
        model.Metadata["torch.version"] = _program.TorchVersion;
        model.Metadata["torch.schema"] = $"{_program.SchemaMajor}.{_program.SchemaMinor}";
        foreach (var (symbol, range) in _program.Ranges)
        {
            if (_options.Sizes.ContainsKey(symbol))
            {
                continue;
            }

            model.Metadata[$"torch.range.{symbol}"] = $"{range.Min?.ToString(System.Globalization.CultureInfo.InvariantCulture)}..{range.Max?.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        }

        var report = new ImportReport(_program.TorchVersion, CountNodes(_program.Graph), assembly.NodeCount, _options.Opset, _session.Operators, _droppedOutputs);
        return new ImportResult(model, [], warnings, report);
    }
}
