using System.Collections.Immutable;
using System.Reflection;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>A coordinator that tells a site which was away of a round that never was (docs/secure-aggregation.md, "A round that never was").</summary>
[TestClass]
public sealed class ProofTests
{
    private static readonly Digest s_sum = Digest.Of("a sum"u8);
    private static readonly Digest s_next = Digest.Of("a next model"u8);

    private static readonly ImmutableArray<(string What, Func<Rig, RoundProof, RoundProof> Forge)> s_forgeries =
    [
        ("an acknowledgement fewer", (rig, p) => Acknowledged(p, all => all.RemoveAt(3))),
        ("no acknowledgement", (rig, p) => Acknowledged(p, _ => [])),
        ("an acknowledgement twice", (rig, p) => Acknowledged(p, all => all.SetItem(3, (3, all[2].Signature)))),
        (
            "an acknowledgement of the coordinator's own",
            (rig, p) => Acknowledged(p, all => all.SetItem(3, (3, Forge.Acknowledgement(rig.CoordinatorSigner, LoneLies.H3Of(p)))))
        ),
        ("a survivor fewer", (rig, p) => p with { Survivors = Forge.Without(p.Survivors, 0) }),
        (
            "another input of a survivor",
            (rig, p) => p with { Survivors = p.Survivors with { InputDigests = p.Survivors.InputDigests.SetItem(0, default) } }
        ),
        ("a survivor who did not share", (rig, p) => p with { Sharers = SiteSet.Of(5, [0, 1, 2, 3]), Headers = p.Headers.RemoveAt(4) }),
        ("another header of a dealer", (rig, p) => p with { Headers = p.Headers.SetItem(1, default) }),
        ("another invitation", (rig, p) => p with { Invitation = Forge.Invitation(rig, p.Invitation, i => i with { Nonce = default }) }),
        ("another plan", (rig, p) => p with { Invitation = Forge.Invitation(rig, p.Invitation, i => i with { PlanHash = default }) }),
        (
            "another round",
            (rig, p) => p with { Invitation = Forge.Invitation(rig, p.Invitation, i => i with { Round = new RoundNumber(2) }) }
        ),
        ("another model", (rig, p) => p with { Invitation = Forge.Invitation(rig, p.Invitation, i => i with { ModelHash = default }) }),
        (
            "another result before it",
            (rig, p) => p with { Invitation = Forge.Invitation(rig, p.Invitation, i => i with { PreviousResult = s_sum }) }
        ),
        (
            "another attempt",
            (rig, p) => p with { Invitation = Forge.Invitation(rig, p.Invitation, i => i with { Attempt = new AttemptNumber(2) }) }
        ),
        (
            "another key of a member",
            (rig, p) => p with { Advertisements = p.Advertisements.SetItem(0, Keys(rig, p, 0, k => k with { Nonce = default })) }
        ),
        (
            "a member whose credential is another's",
            (rig, p) =>
                p with
                {
                    Advertisements = p.Advertisements.SetItem(
                        0,
                        Keys(rig, p, 0, k => k with { Credential = Rig.CredentialOf(rig.Names[1]) })
                    ),
                }
        ),
        ("a member twice", (rig, p) => p with { Advertisements = p.Advertisements.SetItem(0, p.Advertisements[1]) }),
        ("members in another order", (rig, p) => p with { Advertisements = [.. p.Advertisements.Reverse()] }),
        (
            "an invitation that another signed",
            (rig, p) =>
                p with
                {
                    Invitation = SignedMessage.Sign(MessageType.Invitation, p.Invitation.Body, default, rig.Signers[rig.Names[0]]),
                }
        ),
        ("a result that another signed", (rig, p) => p with { Result = Result(p, rig.Signers[rig.Names[0]]) }),
        (
            "a result with another signature",
            (rig, p) => p with { Result = p.Result with { Signature = Forge.Flipped(p.Result.Signature, 0) } }
        ),
        ("a result that cannot be read", (rig, p) => p with { Result = p.Result with { Body = p.Result.Body[..^1] } }),
    ];

    public static IEnumerable<object[]> Forgeries => s_forgeries.Select(one => new object[] { one.What });

    public static IEnumerable<object[]> LiesAlone => LoneLies.All.Select(one => new object[] { one.What });

    public static string NameOf(MethodInfo method, object[] data) => $"{method.Name}: {data[0]}";

    [TestMethod]
    public void A_round_that_was_is_proved_and_its_bytes_read_back()
    {
        var (rig, proof, survivors) = Proved();

        var proven = Verified(rig, RoundProof.Parse(proof.ToBytes())!, out var fault);

        Assert.IsNull(fault);
        CollectionAssert.AreEqual(survivors.ToArray(), proven!.Survivors.ToArray());
        Assert.AreEqual(s_sum, proven.SumHash);
        Assert.AreEqual(Transcript.H4(proven.H3, s_sum, s_next), proven.Result);
    }

    [TestMethod]
    [DynamicData(nameof(Forgeries), DynamicDataDisplayName = nameof(NameOf))]
    public void A_round_that_never_was_is_not_proved(string what)
    {
        var (rig, proof, _) = Proved();

        var forged = s_forgeries.Single(one => one.What == what).Forge(rig, proof);

        Assert.IsNull(Verified(rig, forged, out var fault));
        Assert.IsNotNull(fault);
    }

    [TestMethod]
    [DynamicData(nameof(LiesAlone), DynamicDataDisplayName = nameof(NameOf))]
    public void One_lie_in_a_proof_that_is_right_in_all_else_is_refused_for_what_it_is(string what)
    {
        var (rig, proof, _) = Proved();
        var (_, words, tell) = LoneLies.All.Single(one => one.What == what);

        var forged = tell(rig, proof);

        Assert.IsNull(Verified(rig, forged, out var fault));
        Assert.Contains(words, fault!);
    }

    [TestMethod]
    public void Signatures_made_anew_over_the_truth_are_a_proof_so_that_no_lie_is_refused_for_them()
    {
        var (rig, proof, survivors) = Proved();

        var proven = Verified(rig, LoneLies.Resigned(rig, proof), out var fault);
        var fewer = Verified(
            rig,
            LoneLies.Resigned(rig, proof with { Survivors = Forge.Without(proof.Survivors, 4) }, [0, 1, 2, 3]),
            out _
        );

        Assert.IsNull(fault);
        CollectionAssert.AreEqual(survivors, proven!.Survivors);
        Assert.HasCount(4, fewer!.Survivors, "a quorum signed it: it counts");
    }

    [TestMethod]
    public void The_proof_of_one_round_proves_no_other_round_model_or_study()
    {
        var (rig, proof, _) = Proved();
        var study = rig.Study;

        Assert.IsNull(proof.Verify(study, new RoundNumber(2), rig.Model, rig.Previous, rig.Coordinator, rig.Check, out _));
        Assert.IsNull(proof.Verify(study, new RoundNumber(1), s_next, rig.Previous, rig.Coordinator, rig.Check, out _));
        Assert.IsNull(proof.Verify(study, new RoundNumber(1), rig.Model, s_next, rig.Coordinator, rig.Check, out _));
        Assert.IsNull(
            proof.Verify(study with { PlanHash = s_sum }, new RoundNumber(1), rig.Model, rig.Previous, rig.Coordinator, rig.Check, out _)
        );
        Assert.IsNull(
            proof.Verify(
                study with
                {
                    Roster = study.Roster.RemoveAt(1),
                },
                new RoundNumber(1),
                rig.Model,
                rig.Previous,
                rig.Coordinator,
                rig.Check,
                out _
            )
        );
    }

    [TestMethod]
    public void Colluders_alone_prove_nothing_even_with_keys_of_their_own_making()
    {
        var rig = new Rig(4, minimum: 3);
        using var honest = new Round(rig).Run();
        var proof = honest.Aggregator.Conclude(s_sum, s_next);

        // The coordinator and one site sign other survivors; the others' signatures are those of the real ones.
        var other = Forge.Without(proof.Survivors, 3);
        var cohort = honest.HeardBy(rig.Names[0]).Cohort;
        var h3 = Transcript.H3(new Sharing(cohort, proof.Sharers, proof.Headers).H2, other);
        var forged = Acknowledged(
            proof with
            {
                Survivors = other,
            },
            all => [(0, Forge.Acknowledgement(rig.Signers[rig.Names[0]], h3)), .. all.Skip(1).Take(2)]
        );

        Assert.IsNull(Verified(rig, forged, out _));
    }

    [TestMethod]
    public void A_member_whose_credential_is_revoked_since_is_for_the_caller_to_judge()
    {
        var (rig, proof, _) = Proved();
        rig.Revoked.Add(rig.Names[1]);

        Assert.IsNull(Verified(rig, proof, out var fault));
        Assert.Contains("revoked", fault!);
    }

    private static (Rig Rig, RoundProof Proof, ImmutableArray<SiteName> Survivors) Proved()
    {
        var rig = new Rig(5, minimum: 4);
        using var round = new Round(rig).Run();
        return (rig, round.Aggregator.Conclude(s_sum, s_next), round.Survivors);
    }

    private static ProvenRound? Verified(Rig rig, RoundProof proof, out string? fault) =>
        proof.Verify(rig.Study, new RoundNumber(1), rig.Model, rig.Previous, rig.Coordinator, rig.Check, out fault);

    private static RoundProof Acknowledged(
        RoundProof proof,
        Func<ImmutableArray<(int Site, ReadOnlyMemory<byte> Signature)>, IEnumerable<(int, ReadOnlyMemory<byte>)>> change
    )
    {
        var set = proof.Acknowledgements;
        var message = Forge.Acknowledgements(set.Signers.Size, change([.. set.Signers.Members.Zip(set.Signatures)]));
        return proof with { Acknowledgements = AcknowledgementSet.Parse(message.Body, set.Signers.Size)! };
    }

    private static ReadOnlyMemory<byte> Keys(Rig rig, RoundProof proof, int member, Func<KeyAdvertisement, KeyAdvertisement> change) =>
        change(KeyAdvertisement.Parse(proof.Advertisements[member], rig.Suite)!).ToBody();

    private static SignedMessage Result(RoundProof proof, SecureAggregation.Suites.IdentitySigner signer) =>
        SignedMessage.Sign(MessageType.RoundResult, proof.Result.Body, LoneLies.H3Of(proof), signer);
}
