using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.OnnxToOnnx;
using Platform.Toolchains.Qnn;
using TensorSpec = Platform.Contracts.Hub.V1.TensorSpec;

namespace Runner.QnnStep.Work;

/// <summary>
/// A model under its graph's name in the folder of the job: the plug-in makes the names inside a binary from the path that it
/// is given, so the same name gives the same bytes.
/// </summary>
/// <param name="File">The file, relative.</param>
/// <param name="GraphName">Name of the graph, as the user calls it.</param>
/// <param name="Precision">How it computes.</param>
internal sealed record StagedModel(string File, string GraphName, string Precision)
{
    private const int HighestRank = 5;
    private const string DefaultName = "model";

    /// <summary>Stages a model as it is asked for, after everything that the plug-in would say badly or not at all.</summary>
    /// <exception cref="QnnStepException">It cannot be compiled.</exception>
    public static StagedModel Stage(string path, string graphName, QnnCompile asked)
    {
        using var package = OnnxPackage.Open(path, ".");
        var model = package.Model;
        string name = graphName.Length > 0 ? graphName : NameOf(model.Graph.Name);
        bool changed = Apply(model, asked);
        Require(model, asked.Socs);
        string file = name + ".onnx";
        if (System.IO.File.Exists(file))
        {
            throw new QnnStepException(FailureCode.QnnGraphNameTaken, $"two models have the graph name '{name}'", name);
        }

        if (changed || package.IsUnpacked || GraphWalk.Tensors(model).Any(tensor => tensor.External is not null))
        {
            OnnxFile.Save(model, file);
        }
        else
        {
            System.IO.File.CreateSymbolicLink(file, Path.GetFullPath(path));
        }

        return new StagedModel(file, name, ModelPrecision.Of(model));
    }

    private static bool Apply(ModelProto model, QnnCompile asked)
    {
        var refusals = new List<Refusal>();
        InputPinning.Apply(model.Graph, [.. asked.InputSpecs.Select(ToInputSpec)], refusals);
        OutputNaming.Apply(model.Graph, asked.OutputNames, refusals);
        if (refusals.Count > 0)
        {
            throw new QnnStepException([.. refusals.Select(refusal => new FailureDetail { Code = refusal.Code, Message = refusal.Message, Subject = refusal.Subject ?? "" })]);
        }

        if (asked.Truncate64BitIo)
        {
            IoTruncation.Apply(model.Graph);
        }

        bool closed = OutputShapes.Close(model);
        return closed || asked.InputSpecs.Count > 0 || asked.OutputNames.Count > 0 || asked.Truncate64BitIo;
    }

    private static void Require(ModelProto model, IReadOnlyList<QnnSoc> socs)
    {
        var constants = model.Graph.Initializers.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var faults = model.Graph.Inputs.Where(input => !constants.Contains(input.Name)).Concat(model.Graph.Outputs).SelectMany(Faults).ToList();
        string precision = ModelPrecision.Of(model);
        faults.AddRange(socs.Select(soc => SocTable.Find(soc.Id)).OfType<Soc>().Select(soc => SocChecks.Find(soc, precision)).OfType<Refusal>()
            .Select(refusal => new FailureDetail { Code = refusal.Code, Message = refusal.Message, Subject = refusal.Subject ?? "" }));
        if (faults.Count > 0)
        {
            throw new QnnStepException(faults);
        }
    }

    private static IEnumerable<FailureDetail> Faults(ValueInfoProto value)
    {
        if (value.Type is not TypeProto.Tensor tensor)
        {
            yield return Fault(FailureCode.QnnTypeUnsupported, $"'{value.Name}' is no tensor", value.Name);
            yield break;
        }

        if (tensor.ElementType is DataType.Double or DataType.String or DataType.Complex64 or DataType.Complex128)
        {
            yield return Fault(FailureCode.QnnTypeUnsupported, $"'{value.Name}' is {tensor.ElementType.ToNumpyName()}, which no Hexagon processor computes with", value.Name);
        }

        if (tensor.Shape is { Length: > HighestRank } shape)
        {
            yield return Fault(FailureCode.QnnRankUnsupported, $"'{value.Name}' has {shape.Length} dimensions; {HighestRank} are the most", value.Name);
        }

        if (tensor.Shape is null || tensor.Shape.Any(dim => dim.Value is null))
        {
            yield return Fault(FailureCode.QnnShapeDynamic, $"'{value.Name}' has open dimensions [{string.Join(", ", tensor.Shape ?? [])}]; a binary for the Hexagon processor has fixed ones", value.Name);
        }
    }

    private static FailureDetail Fault(FailureCode code, string message, string subject) => new() { Code = code, Message = message, Subject = subject };

    /// <summary>A name that can stand in a path: letters, digits, dot, dash and underscore.</summary>
    private static string NameOf(string name)
    {
        string plain = new([.. name.Take(64).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_')]);
        return plain.Length > 0 ? plain : DefaultName;
    }

    private static InputSpec ToInputSpec(TensorSpec spec)
    {
        var type = spec.Dtype.Length == 0 ? DataType.Float : DataTypes.TryParseNumpyName(spec.Dtype, out var known) ? known : DataType.Undefined;
        return new InputSpec(spec.Name, [.. spec.Shape.Select(dim => (long)dim)], type);
    }
}
