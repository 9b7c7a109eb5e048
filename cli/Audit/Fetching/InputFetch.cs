using System.Globalization;
using Federated.Audit;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.Cli.Audit.Fetching;

/// <summary>Masked inputs of the rounds whose the coordinator still keeps, so that <c>fed audit verify</c> computes their sums again.</summary>
internal static class InputFetch
{
    /// <summary>Fetches what is kept and not here yet, of rounds that the folder's log commits.</summary>
    /// <returns>Rounds whose inputs are in the folder now.</returns>
    internal static async Task<int> RunAsync(
        AuditClient client,
        AuditFolder folder,
        LogContents contents,
        CancellationToken cancellationToken
    )
    {
        var here = 0;
        foreach (var study in contents.Studies)
        {
            var kept = await client.KeepInputsAsync(study.Plan, rounds: 0, cancellationToken);
            foreach (var round in study.Rounds)
            {
                var isHere = IsHere(folder, study.Plan, round);
                if (!isHere && kept.Rounds > 0 && round.Round.Value >= kept.Round)
                {
                    isHere = await client.TryFetchInputsAsync(
                        study.Plan,
                        round.Round,
                        FilesOf(study.Plan, round),
                        folder,
                        cancellationToken
                    );
                }

                here += isHere ? 1 : 0;
            }
        }

        return here;
    }

    private static IEnumerable<ExpectedFile> FilesOf(Digest plan, DisclosedRound round) =>
        round
            .Survivors.Select(site => new ExpectedFile(NameOf(plan, round, $"{site}.input"), null))
            .Prepend(new ExpectedFile(NameOf(plan, round, "opening"), null));

    /// <summary>True if opening and inputs lie here, each input the one that the round's proof names.</summary>
    private static bool IsHere(AuditFolder folder, Digest plan, DisclosedRound round)
    {
        if (
            folder.Read(NameOf(plan, round, "opening")) is null
            || folder.Read(ProofOf(plan, round)) is not { } bytes
            || RoundProof.Parse(bytes) is not { } proof
            || proof.Survivors.InputDigests.Length != round.Survivors.Length
        )
        {
            return false;
        }

        return round
            .Survivors.Zip(proof.Survivors.InputDigests)
            .All(pair =>
                folder.Read(NameOf(plan, round, $"{pair.First}.input")) is { } input && MaskedInputHeader.DigestOf(input) == pair.Second
            );
    }

    private static string NameOf(Digest plan, DisclosedRound round, string file) =>
        string.Create(CultureInfo.InvariantCulture, $"inputs/{plan}/{round.Round.Value:d5}/{file}");

    private static string ProofOf(Digest plan, DisclosedRound round) =>
        string.Create(CultureInfo.InvariantCulture, $"rounds/{plan}/{round.Round.Value:d5}.proof");
}
