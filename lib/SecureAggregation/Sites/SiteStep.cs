using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation.Sites;

/// <summary>What a site does next. The edge does it, and nothing else.</summary>
public abstract record SiteStep
{
    private SiteStep() { }

    /// <summary>Say this to the coordinator.</summary>
    public sealed record Say(SignedMessage Message) : SiteStep;

    /// <summary>Nothing: wait for the coordinator.</summary>
    public sealed record Wait : SiteStep;

    /// <summary>Shares are in place. Once the input is computed, hand it to <see cref="SiteAttempt.Mask"/>.</summary>
    public sealed record Compute : SiteStep;

    /// <summary>
    /// Send this. First, the attempt must be on disk: from the first byte on, no other input may ever be masked for it, and a crash must not make that forgotten.
    /// </summary>
    public sealed record Send(MaskedInput Input) : SiteStep;

    /// <summary>
    /// A quorum agrees on the survivors. Put on disk that shares are shown for exactly them, then call <see cref="SiteAttempt.Reveal"/>.
    /// </summary>
    /// <param name="Survivors">Names, in order.</param>
    /// <param name="H3">What this site and the quorum signed.</param>
    public sealed record Record(ImmutableArray<SiteName> Survivors, Digest H3) : SiteStep;

    /// <summary>The attempt is over for this site; its secrets are wiped. Say the notice, and keep the evidence.</summary>
    public sealed record Leave(Refusal Refusal, SignedMessage Notice) : SiteStep;
}

/// <summary>A masked input, ready to leave: without the peers' and its own masks it says nothing.</summary>
/// <param name="Header">M5.</param>
/// <param name="Bytes">Packed, <see cref="Rounds.StudyTerms.InputLength"/> bytes; sent again byte for byte after a broken connection.</param>
/// <param name="InputDigest">D_i.</param>
public sealed record MaskedInput(SignedMessage Header, ReadOnlyMemory<byte> Bytes, Digest InputDigest);
