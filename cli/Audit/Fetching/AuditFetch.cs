using System.Globalization;
using Federated.Audit;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;

namespace Federated.Cli.Audit.Fetching;

/// <summary>Everything that an audit covers, fetched into a folder.</summary>
internal static class AuditFetch
{
    /// <summary>Fetches, or brings up to date.</summary>
    /// <param name="client">Calls to the coordinator.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="root">The consortium's, as the caller knows it.</param>
    /// <param name="withInputs">True to fetch masked inputs too, as far as they are kept: for auditors alone.</param>
    /// <param name="progress">Told how many rounds of how many are here; null for nobody.</param>
    /// <param name="cancellationToken">Ends the fetch; what arrived whole is not fetched again.</param>
    /// <returns>What is in the folder now.</returns>
    /// <exception cref="LogAlarmException">The coordinator has another log than the one in the folder, grown.</exception>
    internal static async Task<FetchedLog> RunAsync(
        AuditClient client,
        AuditFolder folder,
        ConsortiumRoot root,
        bool withInputs,
        Action<int, int>? progress,
        CancellationToken cancellationToken
    )
    {
        var fetch = new LogFetch(client, folder, root);
        var offer = await fetch.OfferAsync(cancellationToken);
        var before = folder.Head;
        if (offer.Newest.Checkpoint.Head.Size < before.Size)
        {
            throw fetch.Another(offer.Newest);
        }

        var wanted =
            offer.Cosigned
            ?? folder.Checkpoint
            ?? throw new OperatorException(
                "No checkpoint of this log is cosigned by a quorum of a study's sites yet.",
                "try again when more of the sites are connected; fed study list shows who is missing"
            );
        if (wanted.Checkpoint.Head.Size < before.Size)
        {
            wanted = folder.Checkpoint!; // sites have cosigned more before than they have now
        }

        var (contents, checkpoint) = await fetch.ArriveAsync(wanted, cancellationToken);
        await DisclosuresAsync(client, folder, contents, progress, cancellationToken);
        if (withInputs)
        {
            await InputFetch.RunAsync(client, folder, contents, cancellationToken);
        }

        var recomputable = InputFetch.DropBroken(folder, contents);
        folder.Write("root.crt", System.Text.Encoding.ASCII.GetBytes(root.ToPem()));
        folder.Install(Fuller(folder.Checkpoint, checkpoint));
        return new FetchedLog(before.Size.Value, contents, recomputable, folder.Checkpoint!);
    }

    /// <summary>Of two checkpoints of one tree, the one that more have cosigned.</summary>
    private static SignedCheckpoint Fuller(SignedCheckpoint? known, SignedCheckpoint offered) =>
        known is not null
        && known.Checkpoint.Head == offered.Checkpoint.Head
        && known.Note.Signatures.Length >= offered.Note.Signatures.Length
            ? known
            : offered;

    private static async Task DisclosuresAsync(
        AuditClient client,
        AuditFolder folder,
        LogContents contents,
        Action<int, int>? progress,
        CancellationToken cancellationToken
    )
    {
        var (done, all) = (0, contents.Studies.Sum(study => study.Rounds.Count));
        foreach (var study in contents.Studies)
        {
            var missing = study
                .Rounds.TakeWhile(round => FilesOf(study, round).All(file => folder.Has(file.Name, file.Hash!.Value)))
                .Count();
            done += missing;
            progress?.Invoke(done, all);
            var plan = PlanFilesOf(study);
            if (
                missing == study.Rounds.Count
                && plan.All(file => file.Hash is { } hash ? folder.Has(file.Name, hash) : folder.Read(file.Name) is not null)
            )
            {
                continue;
            }

            var rounds = study.Rounds.Skip(missing).ToList();
            var received = 0;
            await client.DisclosuresAsync(
                study.Plan,
                (uint)missing + 1,
                (uint)study.Rounds.Count,
                plan.Concat(rounds.SelectMany(round => FilesOf(study, round))),
                folder,
                () => progress?.Invoke(done + (Math.Max(0, ++received - plan.Length) / 2), all),
                cancellationToken
            );
            done += rounds.Count;
        }
    }

    private static ExpectedFile[] PlanFilesOf(StudyContents study) =>
        [
            new ExpectedFile($"plans/{study.Plan}/plan.json", study.Plan),
            new ExpectedFile($"plans/{study.Plan}/researcher.crt", null),
            new ExpectedFile($"plans/{study.Plan}/signature", null),
        ];

    private static ExpectedFile[] FilesOf(StudyContents study, DisclosedRound round)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"rounds/{study.Plan}/{round.Round.Value:d5}");
        return [new ExpectedFile($"{name}.proof", round.Proof), new ExpectedFile($"{name}.sum", round.Sum)];
    }
}

/// <summary>What a folder holds after a fetch.</summary>
/// <param name="Before">Entries that it had before.</param>
/// <param name="Contents">What its entries say.</param>
/// <param name="Recomputable">Rounds whose masked inputs are there.</param>
/// <param name="Checkpoint">Its checkpoint.</param>
internal sealed record FetchedLog(long Before, LogContents Contents, int Recomputable, SignedCheckpoint Checkpoint)
{
    /// <summary>Entries that it has now.</summary>
    internal long Size => Checkpoint.Checkpoint.Head.Size.Value;

    /// <summary>Committed rounds of all studies.</summary>
    internal int Rounds => Contents.Studies.Sum(study => study.Rounds.Count);

    /// <summary>Sites that cosigned.</summary>
    internal int Cosigned => Checkpoint.Note.Signatures.Length - 1;
}
