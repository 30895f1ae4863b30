using System.Runtime.InteropServices;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;

namespace Runner.QnnStep.Native;

/// <summary>libQnnHtp.so through its C interface: composes the graphs of DLC files and writes one context binary.</summary>
internal sealed unsafe class HtpBackend
{
    private const int BackendCreate = 1;
    private const int ContextCreate = 9;
    private const int BinarySize = 11;
    private const int Binary = 12;
    private const int GraphFinalize = 19;
    private const int GraphRetrieve = 20;
    private const int DeviceCreate = 40;
    private const int ErrorMessage = 48;

    private readonly ProviderTable _table;
    private readonly nint _backend;

    private HtpBackend(ProviderTable table, nint backend)
    {
        (_table, _backend) = (table, backend);
    }

    /// <summary>Loads the library.</summary>
    /// <exception cref="QnnStepException">Its core API is not the one whose layout this program knows.</exception>
    public static HtpBackend Load(string folder)
    {
        var table = ProviderTable.Load(Path.Combine(folder, "libQnnHtp.so"), "QnnInterface_getProviders", ProviderTable.BackendHead);
        if (table.Version != InterfaceValue.CoreApi)
        {
            throw new QnnStepException(
                FailureCode.QnnVersionMismatch, $"DLC files are composed through core API {InterfaceValue.CoreApi}; this library has {table.Version}: compile from ONNX instead");
        }

        nint backend = 0;
        var backendEntry = (delegate* unmanaged[Cdecl]<nint, nint, nint*, ulong>)table[BackendCreate];
        ulong error = backendEntry(0, 0, &backend);
        return error == 0 ? new HtpBackend(table, backend) : throw new QnnApiException($"QnnBackend_create answered with error {error}");
    }

    /// <summary>The core API's version.</summary>
    public static string CoreApiOf(string folder) => ProviderTable.Load(Path.Combine(folder, "libQnnHtp.so"), "QnnInterface_getProviders", ProviderTable.BackendHead).Version;

    /// <summary>Composes, finalizes and writes.</summary>
    /// <returns>The graphs of each file, in the order of the files.</returns>
    public IReadOnlyList<IReadOnlyList<QnnGraph>> Link(SystemLibrary system, IEnumerable<string> files, QnnSoc soc, bool shareWeights, string output)
    {
        nint context = CreateContext(CreateDevice(soc), shareWeights);
        var graphs = files.Select(file => system.Compose(file, _backend, context, _table.ToValue())).ToList();
        foreach (var graph in graphs.SelectMany(file => file))
        {
            Finalize(context, graph.Name);
        }

        Write(context, output);
        return graphs;
    }

    /// <summary>Composes a DLC to see its graphs; nothing is compiled.</summary>
    public IReadOnlyList<QnnGraph> Compose(SystemLibrary system, string file, QnnSoc soc) =>
        system.Compose(file, _backend, CreateContext(CreateDevice(soc), shareWeights: false), _table.ToValue());

    private nint CreateDevice(QnnSoc soc)
    {
        // QnnHtpDevice_CustomConfig: option 0 names the chip, option 1 its architecture for device 0.
        uint* chip = Words(4, 0, 0, (uint)soc.Id);
        uint* arch = Words(4, 1, 0, 0, (uint)soc.Arch);
        nint device = 0;
        fixed (nint* list = new[] { Custom(chip), Custom(arch), 0 })
        {
            Check("QnnDevice_create", ((delegate* unmanaged[Cdecl]<nint, nint*, nint*, ulong>)_table[DeviceCreate])(0, list, &device));
        }

        return device;
    }

    private nint CreateContext(nint device, bool shareWeights)
    {
        // QnnHtpContext_CustomConfig: option 1 is weight sharing.
        uint* sharing = Words(4, 1, 0, shareWeights ? 1u : 0u);
        nint context = 0;
        fixed (nint* list = new[] { Custom(sharing), 0 })
        {
            Check("QnnContext_create", ((delegate* unmanaged[Cdecl]<nint, nint, nint*, nint*, ulong>)_table[ContextCreate])(_backend, device, list, &context));
        }

        return context;
    }

    private void Finalize(nint context, string name)
    {
        nint graph = 0;
        nint text = Marshal.StringToCoTaskMemUTF8(name);
        Check("QnnGraph_retrieve", ((delegate* unmanaged[Cdecl]<nint, nint, nint*, ulong>)_table[GraphRetrieve])(context, text, &graph));
        Check("QnnGraph_finalize", ((delegate* unmanaged[Cdecl]<nint, nint, nint, ulong>)_table[GraphFinalize])(graph, 0, 0));
    }

    private void Write(nint context, string output)
    {
        ulong size = 0;
        Check("QnnContext_getBinarySize", ((delegate* unmanaged[Cdecl]<nint, ulong*, ulong>)_table[BinarySize])(context, &size));
        byte[] bytes = new byte[checked((int)size)];
        ulong written = 0;
        fixed (byte* buffer = bytes)
        {
            Check("QnnContext_getBinary", ((delegate* unmanaged[Cdecl]<nint, byte*, ulong, ulong*, ulong>)_table[Binary])(context, buffer, size, &written));
        }

        using var file = new FileStream(output, FileMode.CreateNew);
        file.Write(bytes, 0, checked((int)written));
    }

    // A generic configuration of the kind "custom", which points at the backend's own structure. The process ends soon: nothing is freed.
    private static nint Custom(uint* configuration)
    {
        byte* generic = (byte*)NativeMemory.AllocZeroed(16);
        *(nint*)(generic + 8) = (nint)configuration;
        return (nint)generic;
    }

    private static uint* Words(int count, params uint[] values)
    {
        uint* words = (uint*)NativeMemory.AllocZeroed((nuint)count * sizeof(uint));
        values.CopyTo(new Span<uint>(words, count));
        return words;
    }

    private void Check(string call, ulong error)
    {
        if (error == 0)
        {
            return;
        }

        nint text = 0;
        bool known = ((delegate* unmanaged[Cdecl]<ulong, nint*, ulong>)_table[ErrorMessage])(error, &text) == 0;
        throw new QnnApiException($"{call} failed. Error code: {error & 0xFFFF}{(known ? ": " + Marshal.PtrToStringUTF8(text) : "")}");
    }
}
