using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Steps;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Checks;

/// <summary>(d), (e) A committed round: what its proof and its sum give is what its entry says. A function of its inputs.</summary>
/// <param name="folder">Where proof and sum are disclosed.</param>
/// <param name="study">The study before the round.</param>
/// <param name="coordinator">Name of the coordinator's entries' key.</param>
internal sealed class RoundCheck(LogFolder folder, StudyAudit study, KeyName coordinator)
{
    /// <summary>What a verified round leaves behind.</summary>
    /// <param name="Model">After the round.</param>
    /// <param name="Inputs">Digest of each survivor's masked input.</param>
    /// <param name="IsRecomputed">True if the sum was computed again from masked inputs.</param>
    public sealed record Outcome(ModelState Model, ImmutableDictionary<SiteName, Digest> Inputs, bool IsRecomputed);

    /// <summary>Verifies a round; null, with the fault, if it does not hold.</summary>
    /// <param name="index">Of its entry.</param>
    /// <param name="said">Its entry.</param>
    /// <param name="cohort">The attempt that it closes.</param>
    /// <param name="fault">What is wrong.</param>
    public Outcome? Verify(LeafIndex index, RoundCommitment said, CohortState cohort, out AuditFault? fault)
    {
        if (Proof(index, said, out fault) is not { } proof || Sum(index, said, out fault) is not { } sum)
        {
            return null;
        }

        var name = NameOf(said.Round, "proof");
        if (!cohort.Keys.TryGetValue(coordinator, out var signer))
        {
            fault = AuditFault.At(cohort.Index, $"{coordinator} had no key that counted when this cohort was formed.");
            return null;
        }

        var terms = study.TermsOf(said.Round);
        var signed = signer.Credential.Keys.IdentityFor(terms.Suite);
        var credentials = new Credentials(cohort.Keys);
        var before = study.Model.Hash;
        if (proof.Verify(terms, said.Round, before, study.PreviousResult, signed, credentials.Check, out var refusal) is not { } proven)
        {
            fault = new AuditFault(name, $"it does not prove the round that entry {index} commits: {refusal}");
            return null;
        }

        if (Difference(said, proof, proven, terms) is { } difference)
        {
            fault = AuditFault.At(index, $"its {difference} is not what {name} gives.");
            return null;
        }

        if (LogViews.Fault(proven, cohort.Formed.Log) is { } view)
        {
            fault = new AuditFault(name, view);
            return null;
        }

        if (StudyStep.Next(study.Plan, study.Model, Lanes.SumFrom(sum), proven.Survivors) is not { } model)
        {
            fault = new AuditFault(
                NameOf(said.Round, "sum"),
                "no model follows from it: it has another length than the plan says, or gives no finite numbers."
            );
            return null;
        }

        var isRecomputed = false;
        fault =
            model.Hash != said.NextModel
                ? AuditFault.At(
                    index,
                    $"its next_model_hash is not that of the model that follows from the one before and the sum, {model.Hash}."
                )
            : Transcript.H4(proven.H3, said.Sum, model.Hash) != said.Transcript[4]
                ? AuditFault.At(index, "its h4 does not follow from h3, the sum and the next model.")
            : null;
        fault ??= new SumCheck(folder, study.Hash).Fault(said, terms, proof, proven, out isRecomputed);
        var digests = proof.Survivors.InputDigests;
        return fault is null
            ? new Outcome(model, proven.Survivors.Zip(digests).ToImmutableDictionary(pair => pair.First, pair => pair.Second), isRecomputed)
            : null;
    }

    private RoundProof? Proof(LeafIndex index, RoundCommitment said, out AuditFault? fault)
    {
        if (Bytes(index, said.Round, "proof", said.Proof, "proof_hash", out fault) is not { } bytes)
        {
            return null;
        }

        var proof = RoundProof.Parse(bytes);
        fault = proof is null ? new AuditFault(NameOf(said.Round, "proof"), "it is no proof of a round.") : null;
        return proof;
    }

    private byte[]? Sum(LeafIndex index, RoundCommitment said, out AuditFault? fault)
    {
        var bytes = Bytes(index, said.Round, "sum", said.Sum, "sum_hash", out fault);
        if (bytes is not null && bytes.Length % Lanes.SumBytes != 0)
        {
            fault = new AuditFault(
                NameOf(said.Round, "sum"),
                $"its {bytes.Length} bytes are no whole number of {Lanes.SumBytes}-byte lanes."
            );
            return null;
        }

        return bytes;
    }

    private byte[]? Bytes(LeafIndex index, RoundNumber round, string kind, Digest hash, string key, out AuditFault? fault)
    {
        var name = NameOf(round, kind);
        var bytes = folder.Read(name);
        fault =
            bytes is null ? new AuditFault(name, $"it is missing: the round that entry {index} commits is not disclosed. Fetch it.")
            : Digest.Of(bytes) != hash ? new AuditFault(name, $"its hash is {Digest.Of(bytes)}, not the {key} of entry {index}.")
            : null;
        return fault is null ? bytes : null;
    }

    private string NameOf(RoundNumber round, string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"rounds/{study.Hash}/{round.Value:d5}.{kind}");

    private string? Difference(RoundCommitment said, RoundProof proof, ProvenRound proven, StudyTerms terms)
    {
        var members = proof
            .Advertisements.Select(body => KeyAdvertisement.Parse(body, terms.Suite)!.Site) // Verify has parsed them
            .ToImmutableArray();
        var sharers = proof.Sharers.Members.Select(i => members[i]);
        var h0 = Transcript.H0(proof.Invitation.Body);
        var h1 = Transcript.H1(h0, [.. proof.Advertisements.Select(body => Digest.Of(body.Span))]);
        return proven.Attempt != said.Attempt ? "attempt"
            : Invitation.Parse(proof.Invitation.Body)!.Study != study.Plan.Name ? "study"
            : h0 != said.Transcript[0] ? "h0"
            : h1 != said.Transcript[1] ? "h1"
            : Transcript.H2(h1, proof.Sharers, proof.Headers) != said.Transcript[2] ? "h2"
            : proven.H3 != said.Transcript[3] ? "h3"
            : proven.Result != said.Transcript[4] ? "h4"
            : !members.SequenceEqual(said.Members) ? "u1"
            : !sharers.SequenceEqual(said.Sharers) ? "u2"
            : !proven.Survivors.SequenceEqual(said.Survivors) ? "u3"
            : proven.SumHash != said.Sum ? "sum_hash"
            : Digest.Of(proof.Acknowledgements.ToBody()) != said.Acknowledgements ? "acknowledgements_hash"
            : null;
    }

    /// <summary>Only credentials that the log has registered count, and only while they did.</summary>
    private sealed class Credentials(ImmutableDictionary<KeyName, RegisteredMember> keys)
    {
        public bool Check(
            ReadOnlyMemory<byte> credential,
            Suite suite,
            [NotNullWhen(true)] out CertifiedSite? site,
            [NotNullWhen(false)] out string? fault
        )
        {
            var file = Digest.Of(credential.Span);
            var found = keys.Values.FirstOrDefault(member => member.File == file);
            if (found is null || !KeyNames.IsSite(found.Log.Name, out var name))
            {
                (site, fault) = (null, "a member's credential is not one that the log had registered when its cohort was formed.");
                return false;
            }

            site = new CertifiedSite(name, found.Credential.Entity, found.Credential.Keys.IdentityFor(suite));
            fault = null;
            return true;
        }
    }
}
