namespace Torch.Onnx;

/// <summary>What the reader takes before it refuses; docs/pt2.md lists the same figures.</summary>
internal static class ImportLimits
{
    public const int ArchiveEntries = 200_000;

    public const int EntryNameBytes = 4096;

    /// <summary>Bytes that all deflated entries of an archive may expand to, beside <see cref="InflatedRatio"/> times its size.</summary>
    public const long InflatedBytes = 6L << 20;

    public const int InflatedRatio = 2;

    public const int JsonDepth = 256;

    public const int Nodes = 1_000_000;

    public const int ListElements = 1 << 16;

    public const int Rank = 64;

    /// <summary>Bytes of objects that a pickle may make, beside <see cref="PickleRatio"/> times its own size.</summary>
    public const long PickleBytes = 32L << 20;

    public const int PickleRatio = 4;

    /// <summary>Bytes of constants that the importer itself may make (index tables, averaging matrices).</summary>
    public const long SyntheticBytes = 32L << 20;

    /// <summary>Elements that one constant made by the importer may have.</summary>
    public const long SyntheticElements = 4L << 20;

    /// <summary>ONNX nodes that may be emitted for one program node, on average, beside a fixed allowance.</summary>
    public const int NodesPerCall = 64;

    public const int NodeAllowance = 100_000;

    /// <summary>Steps that a recurrence may be unrolled to where ONNX has no operator for it.</summary>
    public const int UnrolledSteps = 256;
}
