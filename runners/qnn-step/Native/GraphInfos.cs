using System.Runtime.InteropServices;
using Platform.Contracts.Runner.V1;
using TensorSpec = Platform.Contracts.Hub.V1.TensorSpec;

namespace Runner.QnnStep.Native;

/// <summary>
/// Reads QnnSystemContext_GraphInfo and Qnn_Tensor of QNN's C API where they lie. The offsets are those of 64-bit builds; the
/// first fields of all versions of these structures are the same.
/// </summary>
internal static unsafe class GraphInfos
{
    private const int GraphSize = 88;
    private const int TensorSize = 144;
    private const int MostGraphs = 1024;
    private const int MostTensors = 4096;
    private const int MostDimensions = 16;

    // QNN_QUANTIZATION_ENCODING_SCALE_OFFSET.
    private const uint ScaleOffset = 0;
    private const uint Defined = 1;

    public static IEnumerable<QnnGraph> Read(nint graphs, uint count)
    {
        var read = new List<QnnGraph>();
        for (uint i = 0; i < Bounded(count, MostGraphs); i++)
        {
            read.Add(Read(graphs + ((int)i * GraphSize)));
        }

        return read;
    }

    private static QnnGraph Read(nint graph) => new()
    {
        Name = Text(graph + 8),
        Inputs = { Tensors(*(nint*)(graph + 24), *(uint*)(graph + 16)) },
        Outputs = { Tensors(*(nint*)(graph + 40), *(uint*)(graph + 32)) },
    };

    private static List<TensorSpec> Tensors(nint tensors, uint count)
    {
        var specs = new List<TensorSpec>();
        for (uint i = 0; i < Bounded(count, MostTensors); i++)
        {
            specs.Add(Tensor(tensors + ((int)i * TensorSize) + 8));
        }

        return specs;
    }

    private static TensorSpec Tensor(nint tensor)
    {
        var spec = new TensorSpec { Name = Text(tensor + 8), Dtype = QnnDataTypes.NameOf(*(uint*)(tensor + 24)) };
        uint rank = Bounded(*(uint*)(tensor + 72), MostDimensions);
        for (uint i = 0; i < rank; i++)
        {
            spec.Shape.Add(checked((int)(*(uint**)(tensor + 80))[i]));
        }

        // The value is scale * (integer + offset), so the zero point is the offset's negative.
        if (*(uint*)(tensor + 32) == Defined && *(uint*)(tensor + 36) == ScaleOffset)
        {
            spec.Scale = *(float*)(tensor + 40);
            spec.ZeroPoint = -*(int*)(tensor + 44);
        }

        return spec;
    }

    private static string Text(nint at) => Marshal.PtrToStringUTF8(*(nint*)at) ?? "";

    private static uint Bounded(uint count, int most) => count <= most ? count : throw new QnnApiException($"a table of {count} entries is not believed");
}
