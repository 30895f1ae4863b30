using System.Text;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Inspection;

namespace Platform.Toolchains.TorchScript;

/// <summary>Looks at a TorchScript archive without loading it: format version, size, and that its pickles name nothing but tensors and its own code.</summary>
internal static class TorchScriptInspector
{
    private const long LargestExpansion = 64L << 30;
    private const int LargestPickle = 256 << 20;

    // What torch.jit.save writes; __torch__ names classes that the archive itself defines.
    private static readonly string[] s_allowed =
    [
        "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_qtensor", "torch._utils._rebuild_parameter", "collections.OrderedDict",
        "torch.jit._pickle.build_intlist", "torch.jit._pickle.build_tensorlist", "torch.jit._pickle.build_doublelist", "torch.jit._pickle.build_boollist",
        "torch.jit._pickle.build_tensor_from_id", "torch.jit._pickle.restore_type_tag", "torch.device",
    ];

    public static ModelFacts Inspect(string path)
    {
        using var archive = new SafeArchive(path, LargestExpansion);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in archive.Files)
        {
            if (entry.FullName.EndsWith(".pkl", StringComparison.Ordinal))
            {
                CheckPickle(entry.FullName, SafeArchive.Read(entry, LargestPickle));
            }
            else if (entry.FullName.EndsWith("/version", StringComparison.Ordinal))
            {
                metadata["torchscript_version"] = Encoding.ASCII.GetString(SafeArchive.Read(entry, 64)).Trim();
            }
        }

        return new ModelFacts(ModelForm.TorchScript, [], [], metadata);
    }

    private static void CheckPickle(string name, byte[] pickle)
    {
        foreach (string global in PickleGlobals.Of(pickle))
        {
            bool known = s_allowed.Contains(global) || global.StartsWith("__torch__.", StringComparison.Ordinal)
                || (global.StartsWith("torch.", StringComparison.Ordinal) && global.EndsWith("Storage", StringComparison.Ordinal) && global.Count(c => c == '.') == 1);
            if (!known)
            {
                throw new InspectionException($"{name} calls {global}, which no TorchScript archive needs: the file was refused", FailureCode.ModelUnsafe);
            }
        }
    }
}
