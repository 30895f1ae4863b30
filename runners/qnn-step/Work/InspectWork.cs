using Platform.Contracts.Runner.V1;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Qnn;
using Runner.QnnStep.Native;

namespace Runner.QnnStep.Work;

/// <summary>What a context binary or DLC holds.</summary>
internal static class InspectWork
{
    /// <summary>Only to compose into; the graphs of a DLC are those of any chip.</summary>
    public static QnnSoc AnyChip { get; } = new() { Id = 57, Arch = 75 };

    public static QnnResponse Run(QnnRequest request)
    {
        var system = SystemLibrary.Load(request.Libraries);
        if (!request.Inspect.Path.EndsWith(".dlc", StringComparison.OrdinalIgnoreCase))
        {
            return system.Read(request.Inspect.Path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) ? File.ReadAllBytes(request.Inspect.Path) : BinaryIn(request.Inspect.Path));
        }

        var response = new QnnResponse();
        response.Graphs.AddRange(HtpBackend.Load(request.Libraries).Compose(system, request.Inspect.Path, AnyChip));
        return response;
    }

    private static byte[] BinaryIn(string onnx)
    {
        using var package = OnnxPackage.Open(onnx, ".");
        return EpContextModel.BinaryOf(package.Model, package.File);
    }
}
