using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains;

/// <summary>Why something is not done: a code of the catalogue, a sentence, and where it applies.</summary>
/// <param name="Code">Code of the closed catalogue.</param>
/// <param name="Message">One sentence for the user.</param>
/// <param name="Reason">The converter's own reason code, where one converter lists many; null elsewhere.</param>
/// <param name="Subject">The option, input or node it is about; null where it is the whole.</param>
/// <param name="Advice">What to do next; null where the catalogue's advice says it.</param>
public sealed record Refusal(FailureCode Code, string Message, string? Reason = null, string? Subject = null, string? Advice = null);
