namespace Platform.Gateway.Identity;

/// <summary>Who makes a call: an organization, through one of its tokens.</summary>
/// <param name="Owner">Organization id: every store access is made with it.</param>
/// <param name="TokenId">Public part of the token.</param>
/// <param name="TokenName">Name of the token; stands as the creator of what the call makes.</param>
/// <param name="IsOperator">Whether it may act for the whole installation.</param>
internal sealed record CallerIdentity(string Owner, string TokenId, string TokenName, bool IsOperator);
