namespace Torch.Onnx;

/// <summary>Why a file is not a usable exported program. The names are stable: they appear in reports and documentation.</summary>
public enum ExportedProgramError
{
    /// <summary>The file is no zip archive.</summary>
    NotAnArchive,
    /// <summary>The archive or one of its entries ends too early.</summary>
    Truncated,
    /// <summary>An entry is encrypted.</summary>
    Encrypted,
    /// <summary>The archive holds a duplicate name, or one that leaves the archive.</summary>
    UnsafeArchive,
    /// <summary>The archive has more entries, or expands further, than the limits allow.</summary>
    ArchiveTooLarge,
    /// <summary>An entry's fields contradict each other, or its compression is neither "stored" nor "deflate".</summary>
    MalformedArchive,
    /// <summary>The tensors were written on a big-endian machine.</summary>
    BigEndian,
    /// <summary>A TorchScript archive (torch.jit.save).</summary>
    TorchScript,
    /// <summary>A checkpoint (torch.save): weights without a program.</summary>
    StateDict,
    /// <summary>A package that holds only code compiled by AOTInductor.</summary>
    CompiledOnly,
    /// <summary>An archive without any exported program.</summary>
    NoProgram,
    /// <summary>Several programs in one package, or none of the wanted name.</summary>
    AmbiguousProgram,
    /// <summary>The program's schema has another major version than 8.</summary>
    UnknownSchemaVersion,
    /// <summary>The program is not valid JSON.</summary>
    MalformedJson,
    /// <summary>The program's JSON is nested deeper than the limit.</summary>
    TooDeep,
    /// <summary>The program has more nodes, names or list elements than the limits allow.</summary>
    ProgramTooLarge,
    /// <summary>The JSON is valid, but not the one of an exported program.</summary>
    MalformedProgram,
    /// <summary>A node uses a name that nothing before it defines.</summary>
    UndefinedName,
    /// <summary>A name is defined twice in one graph.</summary>
    DuplicateName,
    /// <summary>A pickle holds an instruction or a global that no tensor file needs.</summary>
    UnsafePickle,
    /// <summary>A pickle is damaged.</summary>
    MalformedPickle,
    /// <summary>A weight that the program names is not in the file.</summary>
    TensorMissing,
    /// <summary>A tensor's sizes, strides or offset reach outside its storage.</summary>
    TensorOutOfRange,
    /// <summary>A weight is a tensor subclass or a script object, saved as a pickle of code.</summary>
    TensorSubclass,
}
