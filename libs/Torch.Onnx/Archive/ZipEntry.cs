namespace Torch.Onnx.Archive;

/// <summary>One file of an archive.</summary>
/// <param name="Name">Name as written, with forward slashes.</param>
/// <param name="Offset">First byte of its data in the archive.</param>
/// <param name="CompressedLength">Bytes in the archive.</param>
/// <param name="Length">Bytes when expanded.</param>
/// <param name="IsDeflated">Whether it is compressed.</param>
/// <param name="Crc">CRC-32 of the expanded bytes; 0 where the writer computed none.</param>
internal sealed record ZipEntry(string Name, long Offset, long CompressedLength, long Length, bool IsDeflated, uint Crc);
