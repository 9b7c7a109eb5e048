using System.Collections.Immutable;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation;

/// <summary>Why a message was not accepted.</summary>
/// <param name="Code">As others hear it.</param>
/// <param name="Reason">For the operator: what is wrong, and whose it is. Names, indices and sizes only.</param>
public sealed record Refusal(AbortCode Code, string Reason)
{
    /// <summary>Signed messages that together show somebody's lie; empty where nothing can be shown.</summary>
    public ImmutableArray<SignedMessage> Evidence { get; init; } = [];
}
