using Onnx.Model.Wire;

namespace Onnx.Model.Reading;

/// <summary>What one read shares: the pool of names and, where the model lies in a folder, its external data.</summary>
internal sealed record ReadContext(TextPool Pool, ExternalDataFolder? ExternalData);
