using Onnx.Model;

namespace Runner.QnnStep.Work;

/// <summary>One addition.</summary>
internal static class ProbeModel
{
    public static string Write()
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImports = { new OperatorSetId(OnnxDomain.Standard, 17) },
            Graph = new GraphProto
            {
                Name = "probe",
                Inputs = { ValueInfoProto.Tensor("x", DataType.Float, 1, 8) },
                Outputs = { ValueInfoProto.Tensor("y", DataType.Float, 1, 8) },
                Nodes = { new NodeProto { OpType = "Add", Name = "add", Inputs = { "x", "x" }, Outputs = { "y" } } },
            },
        };
        OnnxFile.Save(model, "probe.onnx");
        return "probe.onnx";
    }
}
