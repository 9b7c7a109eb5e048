using System.Globalization;
using Federated.Audit;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.Cli.Audit.Fetching;

/// <summary>Masked inputs of the rounds of which the coordinator still keeps them, so that <c>fed audit verify</c> computes their sums again.</summary>
internal static class InputFetch
{
    /// <summary>Fetches what is kept and not here yet, of rounds that the folder's log commits.</summary>
    internal static async Task RunAsync(AuditClient client, AuditFolder folder, LogContents contents, CancellationToken cancellationToken)
    {
        foreach (var study in contents.Studies)
        {
            var kept = await client.KeepInputsAsync(study.Plan, rounds: 0, cancellationToken);
            foreach (var round in study.Rounds.Where(round => kept.Rounds > 0 && round.Round.Value >= kept.Round))
            {
                if (!IsHere(folder, study.Plan, round))
                {
                    await client.TryFetchInputsAsync(study.Plan, round.Round, FilesOf(study.Plan, round), folder, cancellationToken);
                }
            }
        }
    }

    /// <summary>Removes what is not whole, of a fetch that was cut off or a disk that lost something: it would make an honest log fail. Other rounds' inputs stay.</summary>
    /// <returns>Rounds whose inputs are in the folder, each input the one that the round's proof names.</returns>
    internal static int DropBroken(AuditFolder folder, LogContents contents)
    {
        var whole = 0;
        foreach (var study in contents.Studies)
        {
            foreach (var round in study.Rounds)
            {
                if (IsHere(folder, study.Plan, round))
                {
                    whole++;
                }
                else
                {
                    folder.Remove(FilesOf(study.Plan, round).Select(file => file.Name));
                }
            }
        }

        return whole;
    }

    private static IEnumerable<ExpectedFile> FilesOf(Digest plan, DisclosedRound round) =>
        round
            .Survivors.Select(site => new ExpectedFile(NameOf(plan, round, $"{site}.input"), null))
            .Prepend(new ExpectedFile(NameOf(plan, round, "opening"), null));

    private static bool IsHere(AuditFolder folder, Digest plan, DisclosedRound round)
    {
        if (
            folder.Read(NameOf(plan, round, "opening")) is not { } opened
            || folder.Read(ProofOf(plan, round)) is not { } bytes
            || RoundProof.Parse(bytes) is not { } proof
            || proof.Survivors.InputDigests.Length != round.Survivors.Length
        )
        {
            return false;
        }

        using var opening = RoundOpening.Parse(opened);
        return opening?.IsOf(proof) == true
            && round
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
