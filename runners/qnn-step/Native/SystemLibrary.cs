using System.Runtime.InteropServices;
using Platform.Contracts.Runner.V1;

namespace Runner.QnnStep.Native;

/// <summary>libQnnSystem.so: looks at context binaries and DLC files without a backend.</summary>
internal sealed unsafe class SystemLibrary
{
    private const int CreatePlace = 0;
    private const int MetaDataPlace = 2;
    private const int DlcFromFilePlace = 8;
    private const int ComposePlace = 10;

    // Fields of the third version of QnnSystemContext_BinaryInfo, which QAIRT 2.51 answers for binaries of any age it reads.
    private const uint KnownVersion = 3;
    private const int BuildIdAt = 16;
    private const int CoreApiAt = 24;
    private const int GraphCountAt = 96;
    private const int GraphsAt = 104;
    private const int SocModelAt = 136;

    private readonly ProviderTable _table;

    private SystemLibrary(ProviderTable table)
    {
        _table = table;
    }

    public static SystemLibrary Load(string folder) =>
        new(ProviderTable.Load(Path.Combine(folder, "libQnnSystem.so"), "QnnSystemInterface_getProviders", ProviderTable.SystemHead));

    /// <summary>What a context binary says of itself.</summary>
    /// <exception cref="QnnApiException">It is none, or is cut short.</exception>
    public QnnResponse Read(byte[] binary)
    {
        nint handle = 0;
        Check("QnnSystemContext_create", ((delegate* unmanaged[Cdecl]<nint*, ulong>)_table[CreatePlace])(&handle));
        nint info = 0;
        fixed (byte* bytes = binary)
        {
            Check("QnnSystemContext_getMetadata", ((delegate* unmanaged[Cdecl]<nint, byte*, ulong, nint*, ulong>)_table[MetaDataPlace])(handle, bytes, (ulong)binary.Length, &info));
            if (*(uint*)info != KnownVersion)
            {
                throw new QnnApiException($"the binary's metadata are of version {*(uint*)info}; this program reads version {KnownVersion}");
            }

            var response = new QnnResponse
            {
                BuildId = Marshal.PtrToStringUTF8(*(nint*)(info + BuildIdAt)) ?? "",
                CoreApi = string.Join('.', new ReadOnlySpan<uint>((void*)(info + CoreApiAt), 3).ToArray()),
            };
            response.Graphs.AddRange(GraphInfos.Read(*(nint*)(info + GraphsAt), *(uint*)(info + GraphCountAt)));
            response.SocModels.Add(*(int*)(info + SocModelAt));
            return response;
        }
    }

    /// <summary>Puts the graphs of a DLC into a context.</summary>
    /// <exception cref="QnnApiException">The file is no DLC, or a graph of its name is there already.</exception>
    public IReadOnlyList<QnnGraph> Compose(string dlc, nint backend, nint context, InterfaceValue library)
    {
        nint handle = 0;
        nint path = Marshal.StringToCoTaskMemUTF8(dlc);
        Check("QnnSystemDlc_createFromFile", ((delegate* unmanaged[Cdecl]<nint, nint, nint*, ulong>)_table[DlcFromFilePlace])(0, path, &handle));
        nint graphs = 0;
        uint count = 0;
        var compose = (delegate* unmanaged[Cdecl]<nint, nint, uint, nint, nint, InterfaceValue, uint, nint*, uint*, ulong>)_table[ComposePlace];
        Check("QnnSystemDlc_composeGraphs", compose(handle, 0, 0, backend, context, library, 1, &graphs, &count));
        return [.. GraphInfos.Read(graphs, count)];
    }

    private static void Check(string call, ulong error)
    {
        if (error != 0)
        {
            throw new QnnApiException($"{call} answered with error {error}");
        }
    }
}
