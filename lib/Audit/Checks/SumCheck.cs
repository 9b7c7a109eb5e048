using System.Globalization;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Audit.Checks;

/// <summary>(i) The sum of a round is that of the inputs that its survivors signed: computed again where masked inputs are disclosed, which is for auditors to ask for.</summary>
/// <param name="folder">Where they may be disclosed.</param>
/// <param name="plan">Hash of the plan.</param>
internal sealed class SumCheck(LogFolder folder, Digest plan)
{
    /// <summary>Why the sum is not that of the inputs, or null; null too if none are disclosed.</summary>
    /// <param name="said">The round's entry.</param>
    /// <param name="terms">The plan in that round.</param>
    /// <param name="proof">The round's proof.</param>
    /// <param name="proven">What it proves.</param>
    /// <param name="isRecomputed">True if there was something to compute.</param>
    public AuditFault? Fault(RoundCommitment said, StudyTerms terms, RoundProof proof, ProvenRound proven, out bool isRecomputed)
    {
        var name = NameOf(said.Round, "opening");
        var bytes = folder.Read(name);
        isRecomputed = bytes is not null;
        if (bytes is null)
        {
            return proven.Survivors.Any(site => InputOf(said.Round, site) is not null)
                ? new AuditFault(name, "it is missing, and inputs of its round are there. Fetch them again.")
                : null;
        }

        if (RoundOpening.Parse(bytes) is not { } opening)
        {
            return new AuditFault(name, "it does not say what a sum was opened with.");
        }

        var recomputation = new SumRecomputation(terms, proof, proven);
        if (recomputation.Sum(opening, site => InputOf(said.Round, site), parallelism: 1, out var fault) is not { } sum)
        {
            return fault!.Value is { Site: { } site, Reason: var reason }
                ? new AuditFault(NameOf(said.Round, $"{site}.input"), reason)
                : new AuditFault(name, fault.Value.Reason);
        }

        var hash = Digest.Of(Lanes.ToBytes(sum));
        return hash == said.Sum
            ? null
            : new AuditFault(
                $"rounds/{plan}/{said.Round.Value.ToString("d5", CultureInfo.InvariantCulture)}.sum",
                $"it is not the sum of the inputs that the sites signed, whose hash is {hash}: the coordinator announced a false one."
            );
    }

    private byte[]? InputOf(RoundNumber round, SiteName site) => folder.Read(NameOf(round, $"{site}.input"));

    private string NameOf(RoundNumber round, string file) =>
        string.Create(CultureInfo.InvariantCulture, $"inputs/{plan}/{round.Value:d5}/{file}");
}
