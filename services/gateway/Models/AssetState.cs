namespace Platform.Gateway.Models;

/// <summary>Life of a model or dataset (architecture 4). Stored by number: never renumber.</summary>
internal enum AssetState
{
    /// <summary>Promised by a job that has not ended.</summary>
    Reserved = 1,

    /// <summary>Bytes are arriving or being looked at.</summary>
    Uploading = 2,

    Ready = 3,

    Failed = 4,

    Erased = 5,
}
