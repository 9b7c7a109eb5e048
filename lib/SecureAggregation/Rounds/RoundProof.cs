using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Rounds;

/// <summary>
/// The public messages of a completed round: with them a site that was away sees that a quorum of its peers signed exactly this round, and does not take the
/// coordinator's word for it (docs/secure-aggregation.md, "A round that never was").
/// </summary>
/// <param name="Invitation">M0.</param>
/// <param name="Advertisements">Body of each M1, in the order of the cohort.</param>
/// <param name="Sharers">U2.</param>
/// <param name="Headers">SHA-256 of each sharer's M3, ascending.</param>
/// <param name="Survivors">M6's content.</param>
/// <param name="Acknowledgements">M8's content.</param>
/// <param name="Result">M10.</param>
public sealed record RoundProof(
    SignedMessage Invitation,
    ImmutableArray<ReadOnlyMemory<byte>> Advertisements,
    SiteSet Sharers,
    ImmutableArray<Digest> Headers,
    SurvivorSet Survivors,
    AcknowledgementSet Acknowledgements,
    SignedMessage Result
)
{
    /// <summary>Most bytes of a proof of the largest cohort.</summary>
    public const int MaxBytes = Protocol.MaxCohortBodyBytes;

    /// <summary>The proof's bytes, as they are stored and sent.</summary>
    public byte[] ToBytes()
    {
        var writer = new BodyWriter(Advertisements.Length * 1024)
            .U16(Protocol.Version)
            .LengthAndBytes(Invitation.Body.Span)
            .Bytes(Invitation.Signature.Span)
            .U16(Advertisements.Length);
        foreach (var advertisement in Advertisements)
        {
            writer.LengthAndBytes(advertisement.Span);
        }

        writer.Bytes(Sharers.Bitmap);
        foreach (var header in Headers)
        {
            writer.Hash(header);
        }

        return writer
            .LengthAndBytes(Survivors.ToBody())
            .LengthAndBytes(Acknowledgements.ToBody())
            .LengthAndBytes(Result.Body.Span)
            .Bytes(Result.Signature.Span)
            .ToArray();
    }

    /// <summary>Reads a proof; null if the bytes are not exactly one.</summary>
    public static RoundProof? Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            return null;
        }

        var reader = new BodyReader(bytes);
        reader.Version();
        var invitation = new SignedMessage(
            MessageType.Invitation,
            reader.LengthAndBytes(Protocol.MaxSiteBodyBytes),
            reader.Take(Suite.SignatureLength)
        );
        var cohort = reader.U16();
        if (cohort > Protocol.MaxCohort)
        {
            return null;
        }

        var advertisements = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(cohort);
        for (var i = 0; i < cohort && !reader.HasFailed; i++)
        {
            advertisements.Add(reader.LengthAndBytes(Protocol.MaxSiteBodyBytes));
        }

        if (SiteSet.From(reader.Take(SiteSet.BytesOf(cohort)), cohort) is not { } sharers)
        {
            return null;
        }

        var headers = ImmutableArray.CreateBuilder<Digest>(sharers.Count);
        for (var i = 0; i < sharers.Count; i++)
        {
            headers.Add(reader.Hash());
        }

        var survivors = SurvivorSet.Parse(reader.LengthAndBytes(Protocol.MaxCohortBodyBytes), cohort);
        var acknowledgements = AcknowledgementSet.Parse(reader.LengthAndBytes(Protocol.MaxCohortBodyBytes), cohort);
        var result = new SignedMessage(
            MessageType.RoundResult,
            reader.LengthAndBytes(Protocol.MaxSiteBodyBytes),
            reader.Take(Suite.SignatureLength)
        );
        return reader.IsWhole && survivors is not null && acknowledgements is not null
            ? new RoundProof(
                invitation,
                advertisements.DrainToImmutable(),
                sharers,
                headers.MoveToImmutable(),
                survivors,
                acknowledgements,
                result
            )
            : null;
    }

    /// <summary>Verifies that a quorum of this plan's certified sites signed this round, and that it follows from what the verifier knows.</summary>
    /// <param name="study">The plan.</param>
    /// <param name="round">The round.</param>
    /// <param name="modelHash">Of the model before it.</param>
    /// <param name="previousResult">H4 of the round before; zeros in round 1.</param>
    /// <param name="check">The root's word on sites. Sites revoked since still signed then: the caller decides whether that counts.</param>
    /// <param name="fault">Why not.</param>
    /// <returns>What the round came to; null if the proof does not hold.</returns>
    public ProvenRound? Verify(
        StudyTerms study,
        RoundNumber round,
        Digest modelHash,
        Digest previousResult,
        CredentialCheck check,
        out string? fault
    )
    {
        if (Messages.Invitation.Parse(Invitation.Body) is not { } invitation || RoundResult.Parse(Result.Body) is not { } result)
        {
            fault = "its invitation or its result cannot be read.";
            return null;
        }

        if (
            invitation.PlanHash != study.PlanHash
            || invitation.Round != round
            || invitation.ModelHash != modelHash
            || invitation.PreviousResult != previousResult
        )
        {
            fault = $"it is not round {round} of this study after this model and result.";
            return null;
        }

        if (result.Log != invitation.Log)
        {
            fault = "its result names another checkpoint of the log than its invitation.";
            return null;
        }

        var terms = new AttemptTerms(study, round, invitation.Attempt, modelHash, previousResult, invitation.Log);
        if (MembersOf(terms, check, out fault) is not { } members)
        {
            return null;
        }

        if (Cohort.Form(terms, Transcript.H0(Invitation.Body), members, out var refusal) is not { } cohort)
        {
            fault = refusal!.Reason;
            return null;
        }

        var sharing = new Sharing(cohort, Sharers, Headers);
        var h3 = Transcript.H3(sharing.H2, Survivors);
        fault =
            !Survivors.Survivors.IsWithin(Sharers) ? "a survivor did not share."
            : Survivors.Survivors.Count < study.MinimumSurvivors
                ? $"its sum is of {Survivors.Survivors.Count} sites; the plan wants {study.MinimumSurvivors}."
            : Quorum.Fault(Acknowledgements, cohort, Survivors.Survivors, h3, study.Threshold);
        return fault is null
            ? new ProvenRound(
                invitation.Attempt,
                cohort.NamesOf(Survivors.Survivors),
                h3,
                result.SumHash,
                result.Result,
                invitation.Log,
                sharing
            )
            : null;
    }

    /// <summary>As the other, and that the coordinator signed invitation and result: should the sum be false, the proof shows whose word it was.</summary>
    /// <param name="study">The plan.</param>
    /// <param name="round">The round.</param>
    /// <param name="modelHash">Of the model before it.</param>
    /// <param name="previousResult">H4 of the round before; zeros in round 1.</param>
    /// <param name="coordinator">The coordinator's certified identity.</param>
    /// <param name="check">The root's word on sites.</param>
    /// <param name="fault">Why not.</param>
    public ProvenRound? Verify(
        StudyTerms study,
        RoundNumber round,
        Digest modelHash,
        Digest previousResult,
        IdentityKey coordinator,
        CredentialCheck check,
        out string? fault
    )
    {
        if (Verify(study, round, modelHash, previousResult, check, out fault) is not { } proven)
        {
            return null;
        }

        if (Invitation.IsSignedBy(coordinator, previousResult) && Result.IsSignedBy(coordinator, proven.H3))
        {
            return proven;
        }

        fault = "its invitation or its result is not signed by the coordinator.";
        return null;
    }

    private ImmutableArray<Member>? MembersOf(AttemptTerms terms, CredentialCheck check, out string? fault)
    {
        fault = null;
        var members = ImmutableArray.CreateBuilder<Member>(Advertisements.Length);
        foreach (var body in Advertisements)
        {
            if (KeyAdvertisement.Parse(body, terms.Study.Suite) is not { } keys)
            {
                fault = "the keys of a member cannot be read.";
                return null;
            }

            if (!check(keys.Credential, terms.Study.Suite, out var site, out fault))
            {
                return null;
            }

            if (site.Name != keys.Site || !terms.Study.Roster.Contains(site.Name))
            {
                fault = $"{keys.Site} is not on the plan's roster.";
                return null;
            }

            if (keys.Log != terms.Log)
            {
                fault = $"{keys.Site} saw another log than the invitation names.";
                return null;
            }

            members.Add(new Member(site, keys, SignedMessage.Carrier(MessageType.KeyAdvertisement, body)));
        }

        return members.DrainToImmutable();
    }
}

/// <summary>What a verified proof says of a round.</summary>
/// <param name="Attempt">The attempt that counted.</param>
/// <param name="Survivors">Sites in the sum, in order.</param>
/// <param name="H3">What the quorum signed.</param>
/// <param name="SumHash">By the coordinator's word, until the next model's hash confirms <paramref name="Result"/>.</param>
/// <param name="Result">H4, likewise.</param>
/// <param name="Log">The checkpoint that every member saw.</param>
/// <param name="Sharing">The cohort, and who of it shared.</param>
public sealed record ProvenRound(
    AttemptNumber Attempt,
    ImmutableArray<SiteName> Survivors,
    Digest H3,
    Digest SumHash,
    Digest Result,
    LogView Log,
    Sharing Sharing
);
