using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation;

/// <summary>Why a message was not accepted.</summary>
/// <param name="Code">As others hear it.</param>
/// <param name="Reason">For the operator: what is wrong, and whose it is. Names, indices and sizes only.</param>
public sealed record Refusal(AbortCode Code, string Reason)
{
    /// <summary>Signed messages that together show somebody's lie; empty where nothing can be shown.</summary>
    public ImmutableArray<SignedMessage> Evidence { get; init; } = [];

    /// <summary>The hash that <see cref="Evidence"/> is signed over besides type and body: whoever has it and the signer's certified key can verify the signatures.</summary>
    public Digest Previous { get; init; }
}
