using System.Runtime.InteropServices;

namespace Runner.QnnStep.Native;

/// <summary>
/// The function table of a QNN library, found through its one exported function (reference: QNN API, QnnInterface_getProviders
/// and QnnSystemInterface_getProviders). A table is a head with versions and then function pointers at fixed places.
/// </summary>
internal sealed unsafe class ProviderTable
{
    private readonly nint _provider;
    private readonly int _head;

    private ProviderTable(nint provider, int head)
    {
        (_provider, _head) = (provider, head);
    }

    /// <summary>Bytes of a backend's head: id, name, core and backend API versions.</summary>
    public const int BackendHead = 40;

    /// <summary>Bytes of the system library's head: id, name, API version.</summary>
    public const int SystemHead = 32;

    /// <summary>Loads a library and takes its first table.</summary>
    /// <param name="path">The library.</param>
    /// <param name="function">The exported function.</param>
    /// <param name="head">Bytes before the first function pointer.</param>
    /// <exception cref="QnnApiException">There is none.</exception>
    public static ProviderTable Load(string path, string function, int head)
    {
        if (!NativeLibrary.TryLoad(path, out nint library) || !NativeLibrary.TryGetExport(library, function, out nint export))
        {
            throw new QnnApiException($"{path} does not load, or has no {function}");
        }

        nint* providers = null;
        uint count = 0;
        ulong error = ((delegate* unmanaged[Cdecl]<nint**, uint*, ulong>)export)(&providers, &count);
        return error == 0 && count > 0 ? new ProviderTable(providers[0], head) : throw new QnnApiException($"{function} answered with error {error}");
    }

    /// <summary>The first version in the head: the core API's of a backend, the library's own of the system library.</summary>
    public string Version => string.Join('.', new ReadOnlySpan<uint>((void*)(_provider + 16), 3).ToArray());

    /// <summary>The function at a place of the table, counted from 0.</summary>
    public nint this[int index] => *(nint*)(_provider + _head + (index * sizeof(nint)));

    /// <summary>The head and the table as they lie in memory, to be handed on by value.</summary>
    public InterfaceValue ToValue()
    {
        InterfaceValue value;
        Buffer.MemoryCopy((void*)_provider, &value, sizeof(InterfaceValue), sizeof(InterfaceValue));
        return value;
    }
}

/// <summary>A backend's head and table of core API 2.40: 40 bytes and 75 function pointers. Another size crashes the callee.</summary>
internal unsafe struct InterfaceValue
{
    /// <summary>The core API version that this size belongs to.</summary>
    public const string CoreApi = "2.40.0";

    public fixed ulong Words[80];
}
