using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>
/// Proofs in which one thing is false and everything else right: where the lie changes the transcript, all signatures are made anew over the new one, by those who would have
/// to collude for that. So each check is seen to refuse by itself. Rig: 5 sites, m = q = 4.
/// </summary>
internal static class LoneLies
{
    private static readonly Digest s_other = Digest.Of("another"u8);

    /// <summary>What the lie is, words of the fault, and the lie.</summary>
    public static ImmutableArray<(string What, string Fault, Func<Rig, RoundProof, RoundProof> Tell)> All { get; } =
    [
        Signed("an acknowledgement that the coordinator signed in a site's name", (rig, _) => rig.CoordinatorSigner),
        Signed("an acknowledgement that another survivor signed in a site's name", (rig, _) => rig.Signers[rig.Names[2]]),
        Signed("an acknowledgement under a key that the root did not certify", (rig, seed) => rig.Suite.IdentityFromSeed(seed)),
        (
            "an acknowledgement of the right site over another transcript",
            "is not its signature over these survivors",
            (rig, p) => Acknowledged(p, 3, Forge.Acknowledgement(rig.Signers[rig.Names[3]], s_other))
        ),
        (
            "a result as an acknowledgement of the right site over the right transcript",
            "is not its signature over these survivors",
            (rig, p) =>
                Acknowledged(p, 3, SignedMessage.Sign(MessageType.UnmaskingShares, default, H3Of(p), rig.Signers[rig.Names[3]]).Signature)
        ),
        (
            "an acknowledgement by a member who is no survivor",
            "who is no survivor acknowledges",
            (rig, p) => Resigned(rig, p with { Survivors = Forge.Without(p.Survivors, 4) }, signers: [0, 1, 2, 4])
        ),
        ("a quorum less one", "3 acknowledgements; 4 are needed", (rig, p) => Resigned(rig, p, signers: [0, 1, 2])),
        (
            "fewer survivors than the plan's minimum",
            "the plan wants 4",
            (rig, p) => Resigned(rig, p with { Survivors = Forge.Without(p.Survivors, 0, 4) }, signers: [1, 2, 3])
        ),
        (
            "a survivor who did not share",
            "a survivor did not share",
            (rig, p) => Resigned(rig, p with { Sharers = SiteSet.Of(5, [0, 1, 2, 3]), Headers = p.Headers.RemoveAt(4) })
        ),
        Invited("another plan", "not round 1 of this study", i => i with { PlanHash = s_other }),
        Invited("another round", "not round 1 of this study", i => i with { Round = new RoundNumber(2) }),
        Invited("another model", "not round 1 of this study", i => i with { ModelHash = s_other }),
        Invited("another result before it", "not round 1 of this study", i => i with { PreviousResult = s_other }),
        (
            "a member under another's credential",
            "is not on the plan's roster",
            (rig, p) => Resigned(rig, WithKeys(rig, p, 0, k => k with { Credential = Rig.CredentialOf(rig.Names[1]) }))
        ),
        (
            "a member whose credential the root did not sign",
            "the root did not sign it",
            (rig, p) => Resigned(rig, WithKeys(rig, p, 0, k => k with { Credential = new byte[] { 1 } }))
        ),
        (
            "a certified member who is not on the roster",
            "is not on the plan's roster",
            (rig, p) =>
            {
                var stranger = SiteName.Parse("site-000-too");
                rig.Certify(stranger, "a stranger");
                return Resigned(
                    rig,
                    WithKeys(rig, p, 0, k => k with { Site = stranger, Credential = Rig.CredentialOf(stranger) }),
                    signers: [1, 2, 3, 4]
                );
            }
        ),
        (
            "a member twice",
            "twice or out of order",
            (rig, p) => Resigned(rig, p with { Advertisements = p.Advertisements.SetItem(0, p.Advertisements[1]) })
        ),
        (
            "a key that two members have",
            "two ephemeral keys of the cohort are equal",
            (rig, p) =>
                Resigned(
                    rig,
                    WithKeys(rig, p, 0, k => k with { MaskKey = KeyAdvertisement.Parse(p.Advertisements[1], rig.Suite)!.MaskKey })
                )
        ),
        (
            "an invitation that a site signed, over the right result",
            "is not signed by the coordinator",
            (rig, p) =>
                p with
                {
                    Invitation = SignedMessage.Sign(MessageType.Invitation, p.Invitation.Body, rig.Previous, rig.Signers[rig.Names[0]]),
                }
        ),
        (
            "an invitation that the coordinator signed over another result",
            "is not signed by the coordinator",
            (rig, p) =>
                p with
                {
                    Invitation = SignedMessage.Sign(MessageType.Invitation, p.Invitation.Body, s_other, rig.CoordinatorSigner),
                }
        ),
        (
            "a result that a site signed, over the right transcript",
            "is not signed by the coordinator",
            (rig, p) => p with { Result = Result(p, rig.Signers[rig.Names[0]], H3Of(p)) }
        ),
        (
            "a result that the coordinator signed over another transcript",
            "is not signed by the coordinator",
            (rig, p) => p with { Result = Result(p, rig.CoordinatorSigner, s_other) }
        ),
    ];

    /// <summary>H3 as a proof's own parts give it, true or not.</summary>
    public static Digest H3Of(RoundProof proof)
    {
        var h1 = Transcript.H1(Transcript.H0(proof.Invitation.Body), [.. proof.Advertisements.Select(body => Digest.Of(body.Span))]);
        return Transcript.H3(Transcript.H2(h1, proof.Sharers, proof.Headers), proof.Survivors);
    }

    /// <summary>A proof with every signature made anew over what it says now; by all its signers, or by these.</summary>
    public static RoundProof Resigned(Rig rig, RoundProof proof, params IReadOnlyCollection<int> signers)
    {
        var h3 = H3Of(proof);
        int[] members = signers.Count > 0 ? [.. signers] : [.. proof.Acknowledgements.Signers.Members];
        var cohort = proof.Sharers.Size;
        return proof with
        {
            Acknowledgements = new AcknowledgementSet(
                SiteSet.Of(cohort, members),
                [.. members.Select(member => Forge.Acknowledgement(rig.Signers[rig.Names[member]], h3))]
            ),
            Result = Result(proof, rig.CoordinatorSigner, h3),
        };
    }

    private static (string, string, Func<Rig, RoundProof, RoundProof>) Signed(string what, Func<Rig, byte[], IdentitySigner> signer) =>
        (
            what,
            "is not its signature over these survivors",
            (rig, p) => Acknowledged(p, 3, Forge.Acknowledgement(signer(rig, Hex.Counting(32)), H3Of(p)))
        );

    private static (string, string, Func<Rig, RoundProof, RoundProof>) Invited(
        string what,
        string fault,
        Func<Invitation, Invitation> change
    ) => (what, fault, (rig, p) => Resigned(rig, p with { Invitation = Forge.Invitation(rig, p.Invitation, change) }));

    private static RoundProof WithKeys(Rig rig, RoundProof proof, int member, Func<KeyAdvertisement, KeyAdvertisement> change) =>
        proof with
        {
            Advertisements = proof.Advertisements.SetItem(
                member,
                change(KeyAdvertisement.Parse(proof.Advertisements[member], rig.Suite)!).ToBody()
            ),
        };

    private static RoundProof Acknowledged(RoundProof proof, int position, ReadOnlyMemory<byte> signature) =>
        proof with
        {
            Acknowledgements = proof.Acknowledgements with { Signatures = proof.Acknowledgements.Signatures.SetItem(position, signature) },
        };

    private static SignedMessage Result(RoundProof proof, IdentitySigner signer, Digest h3) =>
        SignedMessage.Sign(MessageType.RoundResult, proof.Result.Body, h3, signer);
}
