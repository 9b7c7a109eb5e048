using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A sum was opened for survivors that a quorum acknowledged, and the next model follows from it.</summary>
/// <param name="Round">r.</param>
/// <param name="Attempt">a.</param>
/// <param name="Transcript">H0 to H4.</param>
/// <param name="Members">U1: sent keys.</param>
/// <param name="Sharers">U2: sent shares.</param>
/// <param name="Survivors">U3: sent a masked input.</param>
/// <param name="Sum">Of the sum's bytes.</param>
/// <param name="Acknowledgements">Of the acknowledgements that fixed the survivors.</param>
/// <param name="NextModel">Of the model after the round.</param>
/// <param name="Proof">Of the round's proof: the signed messages that all of this follows from.</param>
public sealed record RoundCommitment(
    RoundNumber Round,
    AttemptNumber Attempt,
    ImmutableArray<Digest> Transcript,
    ImmutableArray<SiteName> Members,
    ImmutableArray<SiteName> Sharers,
    ImmutableArray<SiteName> Survivors,
    Digest Sum,
    Digest Acknowledgements,
    Digest NextModel,
    Digest Proof
) : EntryBody
{
    private static readonly string[] Steps = ["h0", "h1", "h2", "h3", "h4"];

    internal override bool Fits(EntryKind kind) => kind == EntryKind.RoundCommitted && Transcript.Length == Steps.Length;

    internal override CanonicalJson ToJson()
    {
        var json = new CanonicalJson()
            .Add("acknowledgements_hash", Acknowledgements.ToString())
            .Add("attempt", Attempt.Value)
            .Add("next_model_hash", NextModel.ToString())
            .Add("proof_hash", Proof.ToString())
            .Add("round", Round.Value)
            .Add("sum_hash", Sum.ToString())
            .Add("u1", EntryFields.Of(Members))
            .Add("u2", EntryFields.Of(Sharers))
            .Add("u3", EntryFields.Of(Survivors));
        return Steps.Zip(Transcript).Aggregate(json, (all, step) => all.Add(step.First, step.Second.ToString()));
    }

    internal static RoundCommitment Read(EntryFields fields)
    {
        var read = new RoundCommitment(
            fields.Round(),
            fields.Attempt(),
            [.. Steps.Select(fields.Hash)],
            fields.Sites("u1"),
            fields.Sites("u2"),
            fields.Sites("u3"),
            fields.Hash("sum_hash"),
            fields.Hash("acknowledgements_hash"),
            fields.Hash("next_model_hash"),
            fields.Hash("proof_hash")
        );
        if (read.Survivors.Except(read.Sharers).Any() || read.Sharers.Except(read.Members).Any())
        {
            fields.Reader.Fault("u3", "expected survivors among those who shared, and these among those who sent keys.");
        }

        return read;
    }
}
